"""Ways to read axes in which one tensor may be another, by a sample of their elements."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from padiff.compare.tolerance import Tolerance
from padiff.protocols import Array

__all__ = ["axis_orders", "flipped_axes", "reshaped_orders", "untransposed"]

_SAMPLE = 4096
_ALL_ORDERS = 5
"""Up to so many axes, every order is tried; of more, every swap of two."""


def axis_orders(base: Array, raw: Array, tolerance: Tolerance) -> Iterator[tuple[int, ...]]:
    """The orders for which `base.transpose(order)` looks like `raw`, without the present one."""
    if base.ndim != raw.ndim:
        return
    axes = tuple(range(base.ndim))
    index = _sample(base)
    if not base.size:
        return
    ours = base[index]
    for order in _orders(base.ndim):
        if order != axes and raw.shape == tuple(base.shape[axis] for axis in order):
            theirs = raw[tuple(index[axis] for axis in order)]
            if _alike(ours, theirs, tolerance):
                yield order


def reshaped_orders(base: Array, raw: Array, tolerance: Tolerance) -> Iterator[tuple[int, ...]]:
    """The orders for which `base.transpose(order).reshape(raw.shape)` looks like `raw`.

    Both arrays have the same shape, and are not empty.
    """
    index = _sample(base)
    ours = base[index]
    flat = raw.reshape(-1)
    for order in _orders(base.ndim):
        if _alike(ours, untransposed(flat, base.shape, order)[index], tolerance):
            yield order


def untransposed(flat: Array, shape: tuple[int, ...], order: tuple[int, ...]) -> Array:
    """What has this shape, and is `flat` once its axes are in this order; a view."""
    return flat.reshape([shape[axis] for axis in order]).transpose(np.argsort(order))


def flipped_axes(base: Array, raw: Array, tolerance: Tolerance) -> Iterator[tuple[int, ...]]:
    """The axes, two or more, along which `base` flipped looks like `raw`.

    Both arrays have the same shape, and are not empty.
    """
    index = _sample(base)
    ours = base[index]
    flips = [n - 1 - places for n, places in zip(base.shape, index, strict=True)]
    axes = range(base.ndim)
    for count in range(2, base.ndim + 1):
        for chosen in combinations(axes, count):
            there = [flips[axis] if axis in chosen else index[axis] for axis in axes]
            if _alike(ours, raw[tuple(there)], tolerance):
                yield chosen


def _sample(base: Array) -> tuple[NDArray[np.int64], ...]:
    rng = np.random.default_rng(0)
    return tuple(rng.integers(0, max(1, n), _SAMPLE) for n in base.shape)


def _orders(ndim: int) -> Iterator[tuple[int, ...]]:
    axes = tuple(range(ndim))
    return iter(permutations(axes)) if ndim <= _ALL_ORDERS else _swaps(axes)


def _swaps(axes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for a, b in combinations(axes, 2):
        order = list(axes)
        order[a], order[b] = b, a
        yield tuple(order)


def _alike(ours: Array, theirs: Array, tolerance: Tolerance) -> bool:
    return np.allclose(theirs, ours, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True)
