"""How far apart two frameworks may be, in one table, and what is farther."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from .cases import Array, Dtype

TOLERANCE: Final[Mapping[Dtype, float]] = {
    # Worst seen: 4.9e-6, where spectral_norm divides by a small sigma; 1.7e-6 elsewhere.
    "float32": 2e-5,
    # Worst seen: 2.2e-10. paddle keeps attributes such as epsilon in float32.
    "float64": 1e-8,
}
"""The largest difference allowed, as a part of the largest magnitude in a tensor, and at least of 1."""


def distance(actual: Array, expected: Array) -> float:
    """The largest difference, as `TOLERANCE` counts it; infinite where shapes or dtypes differ."""
    if (actual.shape, actual.dtype) != (expected.shape, expected.dtype):
        return float("inf")
    if not actual.size:
        return 0.0
    scale = max(1.0, float(np.abs(expected).max()))
    return float(np.abs(actual - expected).max()) / scale


def apart(
    actual: Mapping[str, Array], expected: Mapping[str, Array], dtype: Dtype
) -> dict[str, float]:
    """The tensors that do not agree, with their distance; a name that one side lacks is infinite."""
    names = dict.fromkeys([*actual, *expected])
    far = {
        name: distance(actual[name], expected[name])
        if name in actual and name in expected
        else float("inf")
        for name in names
    }
    return {name: d for name, d in far.items() if not d <= TOLERANCE[dtype]}  # NaN is no agreement


def numbered(outputs: Iterable[Array]) -> dict[str, Array]:
    """Outputs by their position."""
    return {str(i): each for i, each in enumerate(outputs)}


def different_bits(actual: Mapping[str, Array], expected: Mapping[str, Array]) -> list[str]:
    """The names whose values, shapes or dtypes are not the very same."""
    return [
        name
        for name in dict.fromkeys([*actual, *expected])
        if name not in actual or name not in expected or bits(actual[name]) != bits(expected[name])
    ]


def bits(array: Array) -> tuple[object, ...]:
    """What makes an array the same as another, -0.0 and NaN told apart."""
    return array.shape, array.dtype, array.tobytes()
