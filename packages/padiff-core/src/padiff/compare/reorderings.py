"""Orders of the slices along one axis in which one tensor may be another.

Slices are told apart by a few random projections of a sample of each, so that looking for an order
costs little beside one pass over the tensor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from padiff.compare.tolerance import Tolerance
from padiff.protocols import Array

__all__ = ["Order", "rows_along", "slice_orders"]

_SAMPLE = 1 << 20
_PROJECTIONS = 4
_NEIGHBOURS = 4
_MOST_PARTS = 16


@dataclass(frozen=True, slots=True)
class Order:
    """Slice `i` of raw is slice `order[i]` of base."""

    kind: str
    order: NDArray[np.intp]
    text: str


def rows_along(array: Array, axis: int) -> Array:
    """A sample of each slice along an axis: shape `(length of the axis, positions)`, a copy.

    The positions are the same for every array of one shape.
    """
    rng = np.random.default_rng(0)
    others = [n for i, n in enumerate(array.shape) if i != axis]
    count = max(16, _SAMPLE // max(1, array.shape[axis]))
    moved = np.moveaxis(array, axis, 0)
    if int(np.prod(others)) <= count:
        return moved.reshape(array.shape[axis], -1)
    index = tuple(rng.integers(0, n, count) for n in others)
    rows: Array = moved[(slice(None), *index)]
    return rows


def slice_orders(base: Array, raw: Array, axis: int, tolerance: Tolerance) -> Iterator[Order]:
    """Orders that look right, the simple ones first. Both arrays have the same shape."""
    length = base.shape[axis]
    if length < 2 or not base.size:
        return
    ours, theirs, allowed = _fingerprints(base, raw, axis, tolerance)
    # Whatever the order, the same slices have the same fingerprints.
    first = np.argsort(ours[:, 0]), np.argsort(theirs[:, 0])
    apart = np.abs(ours[first[0], 0] - theirs[first[1], 0])
    if (apart > np.maximum(allowed[first[0]], allowed[first[1]])).any():
        return
    for candidate in _known_orders(ours, theirs, allowed):
        if (np.abs(ours[candidate.order] - theirs) <= allowed[candidate.order, None]).all():
            yield candidate
    found = _matched(ours, theirs)
    shown = ", ".join(map(str, found[:8].tolist())) + (", ..." if length > 8 else "")
    yield Order("permuted", found, f"has base's slices in the order {shown}")


def _fingerprints(
    base: Array, raw: Array, axis: int, tolerance: Tolerance
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of each slice on either side, and how far apart those of equal slices may be."""
    ours, theirs = (_numbers(rows_along(side, axis)) for side in (base, raw))
    weights = np.random.default_rng(1).standard_normal((ours.shape[1], _PROJECTIONS))
    size = np.abs(weights).max(axis=1)
    allowed = tolerance.atol * size.sum() + tolerance.rtol * (np.abs(ours) @ size)
    # Rounding of the projections themselves.
    allowed = allowed + 1e-12 * (np.abs(ours) @ size)
    return ours @ weights, theirs @ weights, allowed


def _numbers(rows: Array) -> NDArray[np.float64]:
    if rows.dtype.kind == "c":
        rows = np.concatenate([rows.real, rows.imag], axis=1)
    return np.nan_to_num(rows.astype(np.float64), nan=3.0, posinf=5.0, neginf=-7.0)


def _known_orders(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], allowed: NDArray[np.float64]
) -> Iterator[Order]:
    length = len(ours)
    yield from _swapped_parts(length)
    here = np.arange(length)
    yield Order("permuted", here[::-1], "is base flipped")
    for shift in _shifts(ours[:, 0], theirs[:, 0], allowed):
        short = shift if shift <= length // 2 else shift - length
        yield Order("shifted", np.roll(here, shift), f"is base shifted by {short}, around the end")
    yield from _part_orders(length)
    for outer in (n for n in range(2, length // 2 + 1) if length % n == 0):
        text = f"is base read as ({outer}, {length // outer}) and transposed"
        yield Order("permuted", here.reshape(outer, -1).T.reshape(-1), text)


def _swapped_parts(length: int) -> Iterator[Order]:
    for parts in range(2, min(length, _MOST_PARTS) + 1):
        if length % parts == 0:
            blocks = np.arange(length).reshape(parts, -1)
            for a, b in combinations(range(parts), 2):
                order = np.arange(parts)
                order[[a, b]] = b, a
                text = f"has parts {a} and {b} of {parts} swapped"
                yield Order("swapped", blocks[order].reshape(-1), text)


def _part_orders(length: int) -> Iterator[Order]:
    for parts in (3, 4):
        if length % parts == 0:
            blocks = np.arange(length).reshape(parts, -1)
            for order in permutations(range(parts)):
                text = f"has its {parts} parts in the order {', '.join(map(str, order))}"
                yield Order("swapped", blocks[list(order)].reshape(-1), text)


def _shifts(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], allowed: NDArray[np.float64]
) -> Iterator[int]:
    """By where the most telling slice of raw may be in base."""
    telling = int(np.abs(theirs - np.median(theirs)).argmax())
    places = np.flatnonzero(np.abs(ours - theirs[telling]) <= allowed)
    for place in places.tolist():
        if shift := (telling - place) % len(ours):
            yield shift


def _matched(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.intp]:
    """For each of `theirs`, the nearest of `ours`; where two have the same, the next free one."""
    by_first = np.argsort(ours[:, 0])
    place = np.searchsorted(ours[by_first, 0], theirs[:, 0])
    around = np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1)
    near = by_first[np.clip(place[:, None] + around, 0, len(ours) - 1)]
    distance = np.abs(ours[near] - theirs[:, None]).sum(axis=-1)
    found: NDArray[np.intp] = near[np.arange(len(ours)), distance.argmin(axis=1)]
    taken, first = np.unique(found, return_index=True)
    free = np.setdiff1d(np.arange(len(ours)), taken)
    again = np.setdiff1d(np.arange(len(ours)), first)
    # Equal slices (dead channels) are interchangeable; the order of fingerprints pairs them.
    found[again[np.argsort(theirs[again, 0])]] = free[np.argsort(ours[free, 0])]
    return found
