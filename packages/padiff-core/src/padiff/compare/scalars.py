"""Single numbers out of tensors, and how they are written to JSON.

JSON has neither infinities, NaN nor complex numbers: non-finite floats are written as the strings
`"inf"`, `"-inf"` and `"nan"`, a complex number as `{"real": ..., "imag": ...}`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

from padiff.dtypes import category
from padiff.protocols import Array

__all__ = ["Element", "NonFinite", "Scalar", "scalar", "to_json"]

Scalar: TypeAlias = bool | int | float | complex
"""The value of one element, as Python's own type of its category."""


def scalar(array: Array, position: int) -> Scalar:
    """The element of a 1-D array of a numeric dtype, ml_dtypes' types included."""
    value: Any = array[position]
    match category(array.dtype):
        case "bool":
            return bool(value)
        case "int":
            return int(value)
        case "complex":
            return complex(value)
        case _:
            return float(value)


def to_json(value: Scalar) -> Any:
    """The value as `json.dumps(..., allow_nan=False)` takes it.

    >>> to_json(float("-inf")), to_json(1 + 2j), to_json(True)
    ('-inf', {'real': 1.0, 'imag': 2.0}, True)
    """
    if isinstance(value, complex):
        return {"real": to_json(value.real), "imag": to_json(value.imag)}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the two tensors."""

    index: tuple[int, ...]
    """Its index, the same on both sides."""
    base: Scalar
    raw: Scalar

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {"index": list(self.index), "base": to_json(self.base), "raw": to_json(self.raw)}


@dataclass(frozen=True, slots=True)
class NonFinite:
    """How many values of one side are no finite numbers. Of complex tensors, parts are counted."""

    nan: int = 0
    plus_inf: int = 0
    minus_inf: int = 0

    def __bool__(self) -> bool:
        return bool(self.nan or self.plus_inf or self.minus_inf)

    def __add__(self, other: NonFinite) -> NonFinite:
        return NonFinite(
            self.nan + other.nan,
            self.plus_inf + other.plus_inf,
            self.minus_inf + other.minus_inf,
        )
