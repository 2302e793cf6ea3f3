"""Summing a tensor up, where its values are not kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from padiff.dtypes import category
from padiff.trace.index import Summary

if TYPE_CHECKING:
    from padiff.protocols import Array

__all__ = ["summarise"]

_BLOCK = 1 << 18
"""Elements looked at together: a tensor too large to store is too large to convert at once."""


def summarise(array: Array) -> Summary:
    """What a tensor is like; all zeros where it has no finite value."""
    counts = {"nan": 0, "plus_inf": 0, "minus_inf": 0}
    size, least, greatest = 0, math.inf, -math.inf
    for block in _blocks(array):
        finite = _finite(block)
        if finite.size < block.size:
            counts["nan"] += int(np.isnan(block).sum())
            counts["plus_inf"] += int(np.isposinf(block).sum())
            counts["minus_inf"] += int(np.isneginf(block).sum())
        if finite.size:
            size += finite.size
            least, greatest = min(least, float(finite.min())), max(greatest, float(finite.max()))
    if not size:
        return Summary(0.0, 0.0, 0.0, 0.0, 0.0, **counts)
    scale = max(-least, greatest) or 1.0  # so that no sum and no square overflows
    sums = [_sums(_finite(block) / scale) for block in _blocks(array)]
    mean, mean_abs, square = (math.fsum(each) / size for each in zip(*sums, strict=True))
    return Summary(
        mean=_within(mean * scale, least, greatest),
        mean_abs=_within(mean_abs * scale, 0.0, scale),
        rms=_within(math.sqrt(square) * scale, 0.0, scale),
        least=least,
        greatest=greatest,
        **counts,
    )


def _blocks(array: Array) -> Iterator[Array]:
    """The values in float64, block by block; of complex numbers, their moduli."""
    flat = array.reshape(-1)
    for start in range(0, flat.size, _BLOCK):
        block = flat[start : start + _BLOCK]
        if category(array.dtype) == "complex":
            with np.errstate(over="ignore"):
                yield np.abs(block.astype(np.complex128))
        else:
            yield block.astype(np.float64)


def _finite(block: Array) -> Array:
    """The finite values; the block itself, uncopied, if all are."""
    finite = np.isfinite(block)
    return block if finite.all() else block[finite]


def _sums(values: Array) -> tuple[float, float, float]:
    return float(values.sum()), float(np.abs(values).sum()), float(np.square(values).sum())


def _within(value: float, least: float, greatest: float) -> float:
    """Without what rounding added beyond what a mean can be."""
    return min(max(value, least), greatest)
