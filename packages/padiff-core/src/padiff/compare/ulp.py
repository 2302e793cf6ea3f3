"""How many representable numbers lie between two: the distance in units in the last place.

The bits of a float, read as a sign and a magnitude, count the representable numbers from zero
upwards (IEEE 754 orders them so on purpose); ml_dtypes' bfloat16 and float8 types are laid out alike.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from padiff.compare.blocks import PART
from padiff.protocols import Array

__all__ = [
    "all_within_ulps",
    "below",
    "mantissa_bits",
    "max_ulps",
    "max_ulps_same_sign",
    "narrower",
    "smallest_normal",
    "ulps_within",
]


def narrower(base: np.dtype[Any], raw: np.dtype[Any]) -> np.dtype[Any]:
    """Of two float dtypes, the one with fewer bits of mantissa."""
    return min(base, raw, key=mantissa_bits)


@cache
def mantissa_bits(dtype: np.dtype[Any]) -> int:
    """Of a float dtype, without the leading bit: neighbours of 1 are `2 ** -mantissa_bits` apart."""
    return int(ml_dtypes.finfo(dtype).nmant)  # type: ignore[no-untyped-call]


@cache
def smallest_normal(dtype: np.dtype[Any]) -> float:
    """Of a float dtype, the smallest number with all bits of mantissa."""
    return float(ml_dtypes.finfo(dtype).smallest_normal)  # type: ignore[no-untyped-call]


def below(value: float, dtype: np.dtype[Any]) -> float:
    """A finite number of a float dtype below a positive value, whichever way that would be rounded; 0 of 0.

    A share taken off is not enough: subnormal numbers are further apart than any small share of them.
    """
    value = min(value, float(np.finfo(dtype).max))
    return float(np.nextafter(dtype.type(value), dtype.type(0)))


def max_ulps(base: Array, raw: Array) -> int:
    """The largest ULP distance between elements of two finite float arrays of one dtype; 0 if empty.

    Both zeros are one number: the distance from the smallest negative to the smallest positive
    number is 2.

    >>> tiny = np.finfo(np.float32).smallest_subnormal
    >>> max_ulps(np.array([1, -tiny], np.float32), np.array([1, tiny], np.float32))
    2
    """
    starts = range(0, base.size, PART)
    return max((_max_ulps(base[s : s + PART], raw[s : s + PART]) for s in starts), default=0)


def _max_ulps(base: Array, raw: Array) -> int:
    ours, theirs = (side.view(f"i{side.dtype.itemsize}") for side in (base, raw))
    distance = np.absolute(ours - theirs)
    across = np.flatnonzero((ours ^ theirs) < 0)
    distance[across] = 0
    beside = int(distance.max())
    return max(beside, _max_ulps_across(ours[across], theirs[across])) if across.size else beside


def _max_ulps_across(base: NDArray[Any], raw: NDArray[Any]) -> int:
    """Where one is positive and the other negative: both their distances from zero, added."""
    magnitude = np.iinfo(base.dtype).max
    unsigned = f"u{base.dtype.itemsize}"
    sums = (base & magnitude).view(unsigned) + (raw & magnitude).view(unsigned)
    return int(sums.max())


def max_ulps_same_sign(base: Array, raw: Array, scratch: Array) -> int:
    """`max_ulps` where no two paired elements have different signs, except zeros.

    `scratch` is any contiguous array of at least as many bytes as `base`.
    """
    distance = _distances(base, raw, scratch)
    # 0.0 and -0.0 are the lowest integer apart, whose absolute value stays negative.
    return max(0, int(np.maximum.reduce(distance)))


def all_within_ulps(base: Array, raw: Array, ulps: int, scratch: Array) -> bool:
    """Whether no two elements of finite float arrays differ in sign, or by more than `ulps`.

    `ulps` are at most `2 ** mantissa_bits`, and `scratch` is as for `max_ulps_same_sign`.
    """
    # The distance of numbers of different signs wraps around, to the lowest integer for a number and its
    # negative, which as an unsigned one is larger than any other; else to more than there are integers
    # above the largest finite number, which are `2 ** mantissa_bits`: the bits of infinity and NaN.
    distance = _distances(base, raw, scratch)
    return int(np.maximum.reduce(distance.view(f"u{base.dtype.itemsize}"))) <= ulps


def _distances(base: Array, raw: Array, scratch: Array) -> NDArray[Any]:
    integer = f"i{base.dtype.itemsize}"
    distance = scratch.view(integer)[: base.size]
    np.subtract(base.view(integer), raw.view(integer), out=distance)
    np.absolute(distance, out=distance)
    return distance


def ulps_within(ulps: int, dtype: np.dtype[Any]) -> float:
    """A relative error, below 1, up to which no two numbers of this dtype are more than `ulps` apart.

    Between the smaller number, at least `(1 - error) * |base|`, and the larger one, neighbours are at
    least `2 ** -(mantissa + 1)` of the smaller apart. So `error / (1 - error) * 2 ** (mantissa + 1)`
    bounds the distance; what is returned is where that reaches `ulps + 1`, less a little for rounding.
    """
    beyond = ulps + 1
    return beyond / (beyond + 2.0 ** (mantissa_bits(dtype) + 1)) * (1 - 2.0**-50)
