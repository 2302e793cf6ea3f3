"""NumPy dtypes by what they hold: the one place that knows ml_dtypes' types too.

NumPy itself files bfloat16 and the float8 types under "void" (`dtype.kind == "V"`).
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, TypeAlias

import ml_dtypes
import numpy as np

from padiff.protocols import Array

__all__ = ["Category", "category", "finite_max", "fits", "named_dtype"]

Category: TypeAlias = Literal["float", "complex", "int", "bool", "other"]

_NUMPY_KINDS: dict[str, Category] = {
    "f": "float",
    "c": "complex",
    "i": "int",
    "u": "int",
    "b": "bool",
}
_BLOCK = 1 << 20


def category(dtype: np.dtype[Any]) -> Category:
    """What values of this dtype are."""
    if known := _NUMPY_KINDS.get(dtype.kind):
        return known
    return "float" if _is_ml_float(dtype) else "other"


def _is_ml_float(dtype: np.dtype[Any]) -> bool:
    try:
        ml_dtypes.finfo(dtype)  # type: ignore[no-untyped-call]
    except ValueError:
        return False
    return True


def named_dtype(name: str) -> np.dtype[Any] | None:
    """The dtype of a name as `dtype.name` gives it; None if no tensor padiff handles can have it.

    >>> named_dtype("bfloat16"), named_dtype("float32"), named_dtype("object")
    (dtype(bfloat16), dtype('float32'), None)
    """
    return _named_dtypes().get(name)


@cache
def _named_dtypes() -> dict[str, np.dtype[Any]]:
    own = (value for value in vars(ml_dtypes).values() if isinstance(value, type))
    dtypes = (
        np.dtype(scalar) for scalar in (*np.sctypeDict.values(), *own) if scalar is not object
    )
    return {dtype.name: dtype for dtype in dtypes if _is_handled(dtype)}


def _is_handled(dtype: np.dtype[Any]) -> bool:
    of = category(dtype)
    return of != "other" and dtype.itemsize <= (16 if of == "complex" else 8)


def finite_max(dtype: np.dtype[Any]) -> float:
    """The largest finite value of a float or complex dtype."""
    real = np.empty(0, dtype).real.dtype if dtype.kind == "c" else dtype
    return float(ml_dtypes.finfo(real).max)  # type: ignore[no-untyped-call]


def fits(values: Array, dtype: np.dtype[Any]) -> bool:
    """Whether `values` survive conversion to `dtype`, which is of the same category.

    That is: no finite value becomes infinite, no integer wraps. Reads the array once, in blocks.
    """
    flat = values.reshape(-1) if values.flags.c_contiguous else values.ravel(order="K")
    blocks = (flat[i : i + _BLOCK] for i in range(0, flat.size, _BLOCK))
    return all(_block_fits(block, dtype) for block in blocks)


def _block_fits(block: Array, dtype: np.dtype[Any]) -> bool:
    if category(dtype) in ("int", "bool"):
        info = np.iinfo(dtype) if dtype.kind in "iu" else None
        return info is None or bool(info.min <= int(block.min()) and int(block.max()) <= info.max)
    with np.errstate(all="ignore"):
        return bool((np.isfinite(block) == np.isfinite(block.astype(dtype))).all())
