"""Measures how far two tensors are apart, in one pass over them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import numpy as np

from padiff.compare.blocks import BLOCK_BYTES, Block, blocks
from padiff.compare.detail import Detail
from padiff.compare.exact import add_exactly
from padiff.compare.fast import FastAdder
from padiff.compare.lean import LeanAdder
from padiff.compare.metrics import Incomparable, Measured, Metrics
from padiff.compare.tolerance import Tolerance
from padiff.compare.totals import Totals
from padiff.compare.ulp import narrower
from padiff.dtypes import category
from padiff.errors import UsageError
from padiff.protocols import Array

__all__ = ["measure"]


def measure(
    base: Array,
    raw: Array,
    *,
    tolerance: Tolerance,
    same_dtype: bool = True,
    detail: bool = False,
) -> Measured:
    """Measure the difference between two arrays of any layout; neither is copied or written.

    Extra memory is a few megabytes, whatever the size of the arrays; most is kept for the thread's
    next call.

    Args:
        base: Shape `s`; floats of 8 to 64 bits (ml_dtypes' types too), complex numbers, integers or
            booleans. May be read only, a view, 0-d or empty.
        raw: Shape `s`, same dtype.
        tolerance: What `Metrics.out_of_tolerance` and `.required_atol` refer to.
        same_dtype: With False, the dtypes may differ within floats, complex numbers, or integers
            that a common integer type holds. All is then measured between the values as they are,
            only ULP after rounding to the narrower dtype.
        detail: Whether to gather `Metrics.histogram` and `.envelope` too, in two to five times the time.

    Returns:
        The metrics; or an `Incomparable` if shapes or dtypes do not allow any. That is a finding
        about the two models, so it is returned, for the report, not raised.

    Raises:
        UsageError: If an argument is no array, or holds what is no number (strings, objects, extended
            precision, sub-byte integers).

    >>> base = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
    >>> raw = np.array([[1.0, 2.0], [3.0, 4.5]], np.float32)
    >>> found = measure(base, raw, tolerance=Tolerance(atol=1e-5, rtol=1e-6))
    >>> found.max_abs, found.mean_abs, found.out_of_tolerance, found.worst
    (0.5, 0.125, 1, Element(index=(1, 1), base=4.0, raw=4.5))
    >>> print(measure(base, raw[0], tolerance=Tolerance(0, 0)))
    base has shape (2, 2), raw has shape (2,)
    """
    for side, array in (("base", base), ("raw", raw)):
        _check_supported(side, array)
    if unlike := _incomparable(base, raw, same_dtype=same_dtype):
        return unlike
    totals = Totals(tolerance)
    limit, add = _adder(totals, base, raw, detail=detail)
    with np.errstate(all="ignore"):
        for block in blocks(base, raw, limit):
            add(block)
        return _metrics(base, raw, totals)


def _check_supported(side: str, array: object) -> None:
    if not isinstance(array, np.ndarray):
        raise UsageError(f"{side} is no array.", got=type(array).__name__, expected="a NumPy array")
    if category(array.dtype) == "other" or array.real.dtype.itemsize > 8:
        raise UsageError(
            f"{side} holds what cannot be compared as numbers.",
            got=array.dtype.name,
            expected="floats of 8 to 64 bits, complex numbers of them, integers or booleans",
        )


def _incomparable(base: Array, raw: Array, *, same_dtype: bool) -> Incomparable | None:
    dtypes = base.dtype.newbyteorder("="), raw.dtype.newbyteorder("=")
    if base.shape == raw.shape and (
        dtypes[0] == dtypes[1] or not (same_dtype or _unlike_dtypes(*dtypes))
    ):
        return None
    reason: Literal["shape", "dtype"] = "dtype" if base.shape == raw.shape else "shape"
    return Incomparable(reason, base.shape, raw.shape, base.dtype.name, raw.dtype.name)


def _unlike_dtypes(base: np.dtype[Any], raw: np.dtype[Any]) -> bool:
    if category(base) != category(raw):
        return True
    # NumPy's common type of int64 and uint64 is a float.
    return category(base) == "int" and np.result_type(base, raw).kind not in "iu"


def _adder(
    totals: Totals, base: Array, raw: Array, *, detail: bool
) -> tuple[int, Callable[[Block], None]]:
    kind, size = category(base.dtype), max(base.itemsize, raw.itemsize, 4 if detail else 2)
    narrow_enough = size <= (4 if kind == "float" else 2)
    totals.detail = Detail(narrow=narrow_enough) if detail else None
    if kind == "complex" or (kind == "int" and size == 8):
        return BLOCK_BYTES // size, partial(add_exactly, totals)
    narrow = narrower(base.dtype, raw.dtype).newbyteorder("=") if kind == "float" else None
    if narrow is not None and not narrow_enough and not detail:
        # Longer, for its two arrays of scratch are half as large.
        return 2 * BLOCK_BYTES // size, LeanAdder(totals, narrow).add
    dtype = np.dtype(np.float32 if narrow_enough else np.float64)
    return BLOCK_BYTES // size, FastAdder(totals, dtype, narrow).add


def _metrics(base: Array, raw: Array, totals: Totals) -> Metrics:
    return Metrics(
        shape=base.shape,
        base_dtype=base.dtype.name,
        raw_dtype=raw.dtype.name,
        tolerance=totals.tolerance,
        max_abs=totals.max_abs,
        mean_abs=totals.mean(totals.abs_error),
        rms=math.sqrt(totals.mean(totals.sq_error)),
        max_rel=totals.max_rel,
        mean_abs_base=totals.mean(totals.abs_base),
        rms_base=math.sqrt(totals.mean(totals.sq_base)),
        cosine=totals.cosine(),
        out_of_tolerance=totals.out_of_tolerance,
        required_atol=totals.required_atol,
        max_ulps=None if category(base.dtype) in ("int", "bool") else totals.max_ulps,
        base_nonfinite=totals.base_nonfinite,
        raw_nonfinite=totals.raw_nonfinite,
        nonfinite_differences=totals.nonfinite_differences,
        worst=totals.worst,
        max_abs_at=totals.max_abs_at,
        max_rel_at=totals.max_rel_at,
        histogram=totals.detail.histogram() if totals.detail else None,
        envelope=totals.detail.envelope() if totals.detail else None,
    )
