"""Orders of axes in which one tensor may be another, by a sample of their elements."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np

from padiff.compare.tolerance import Tolerance
from padiff.protocols import Array

__all__ = ["axis_orders"]

_SAMPLE = 4096
_ALL_ORDERS = 5
"""Up to so many axes, every order is tried; of more, every swap of two."""


def axis_orders(base: Array, raw: Array, tolerance: Tolerance) -> Iterator[tuple[int, ...]]:
    """The orders for which `base.transpose(order)` looks like `raw`, without the present one."""
    if base.ndim != raw.ndim:
        return
    axes = tuple(range(base.ndim))
    rng = np.random.default_rng(0)
    index = [rng.integers(0, max(1, n), _SAMPLE) for n in base.shape]
    if not base.size:
        return
    ours = base[tuple(index)]
    for order in permutations(axes) if base.ndim <= _ALL_ORDERS else _swaps(axes):
        if order != axes and raw.shape == tuple(base.shape[axis] for axis in order):
            theirs = raw[tuple(index[axis] for axis in order)]
            if _alike(ours, theirs, tolerance):
                yield order


def _swaps(axes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for a, b in combinations(axes, 2):
        order = list(axes)
        order[a], order[b] = b, a
        yield tuple(order)


def _alike(ours: Array, theirs: Array, tolerance: Tolerance) -> bool:
    return np.allclose(theirs, ours, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True)
