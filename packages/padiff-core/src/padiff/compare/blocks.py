"""Two arrays of one shape, walked once, in blocks that follow the memory.

Blocks of arrays that lie in memory in the same order, without gaps, are plain views. Any other pair
(a transposed view, a slice, a flipped axis) is cut into tiles that are short along the fastest axis
of both sides, so that each cache line is read once, and copied into a block-sized scratch array.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from padiff.protocols import Array

__all__ = ["BLOCK_BYTES", "PART", "Block", "blocks", "same_bytes"]

BLOCK_BYTES = 3 << 17
"""Size of one side of a block, as it lies in memory. Both sides and two arrays of scratch are little more than
the second-level cache of current machines (1 MiB). With 256 KiB, calls cost up to a twentieth more time; with 512 KiB, memory
does."""

_LONG = 32
"""Elements of a row from which on it pays to copy a tile twice."""
_GAP = 16
"""Elements between rows in scratch memory, so that their lines fall to different sets of a cache."""

PART = 1 << 13
"""So many elements may be worked on with temporaries: these are small enough (64 KiB) that the memory
allocator keeps them at hand, while larger ones are handed back to the system and page-faulted anew."""


@dataclass(slots=True)
class Block:
    """Some elements of both arrays, in the same order.

    `base` and `raw` are contiguous 1-D arrays of the native dtypes: views, or scratch memory that the
    next block overwrites. They are read only.
    """

    base: Array
    raw: Array
    _start: tuple[int, ...]
    _shape: tuple[int, ...]
    _grid: tuple[int, ...]
    """The permuted shape when the block is a run of the flat arrays; else empty."""
    _axes: tuple[int, ...]
    _offset: int = 0

    def same_bytes(self) -> bool:
        """Whether both sides hold the same bits, of the same dtype."""
        return self.base.dtype == self.raw.dtype and same_bytes(self.base, self.raw)

    def parts(self) -> Iterator[Block]:
        """The same elements in blocks of at most `PART`."""
        for start in range(0, self.base.size, PART):
            part = slice(start, start + PART)
            yield replace(self, base=self.base[part], raw=self.raw[part], _offset=start)

    def index(self, position: int) -> tuple[int, ...]:
        """The index, in the original arrays, of the block's element at `position`."""
        inner = [int(i) for i in np.unravel_index(self._offset + position, self._shape)]
        found = [start + i for start, i in zip(self._start, inner, strict=True)]
        if self._grid:
            found = [int(i) for i in np.unravel_index(found[0], self._grid)]
        elif not self._axes:
            return ()
        index = [0] * len(self._axes)
        for axis, i in zip(self._axes, found, strict=True):
            index[axis] = i
        return tuple(index)


def same_bytes(one: Array, other: Array) -> bool:
    """Whether two arrays of one shape and dtype hold the same bits, the sign of zero too.

    Without a copy only if both are contiguous.
    """
    ours, theirs = one.reshape(-1), other.reshape(-1)
    if ours[:16].tobytes() != theirs[:16].tobytes():  # most that differ do so at once
        return False
    word = np.uint64 if ours.nbytes % 8 == 0 else np.uint8
    return bool(np.array_equal(ours.view(word), theirs.view(word)))


def blocks(base: Array, raw: Array, limit: int) -> Iterator[Block]:
    """Walk two arrays of the same shape, each element once, in blocks of at most `limit` elements.

    >>> x = np.arange(6.0).reshape(2, 3)
    >>> [(b.base.tolist(), b.raw.tolist(), b.index(1)) for b in blocks(x.T, (x + 10).T, 4)]
    [([0.0, 1.0, 2.0, 3.0], [10.0, 11.0, 12.0, 13.0], (1, 0)), ([4.0, 5.0], [14.0, 15.0], (2, 1))]
    """
    axes = _memory_order(base)
    base, raw = base.transpose(axes), raw.transpose(axes)
    if _plain(base) and _plain(raw):
        return _runs(base, raw, limit, axes)
    return _tiles(base, raw, limit, axes)


def _memory_order(array: Array) -> tuple[int, ...]:
    """The axes of an array, the slowest in memory first."""
    return tuple(sorted(range(array.ndim), key=lambda axis: -abs(array.strides[axis])))


def _plain(array: Array) -> bool:
    return array.flags.c_contiguous and array.flags.aligned and array.dtype.isnative


def _runs(base: Array, raw: Array, limit: int, axes: tuple[int, ...]) -> Iterator[Block]:
    flat_base, flat_raw = base.reshape(-1), raw.reshape(-1)
    for start in range(0, base.size, limit):
        part = slice(start, start + limit)
        run = flat_base[part]
        yield Block(run, flat_raw[part], (start,), run.shape, base.shape, axes)


def _tiles(base: Array, raw: Array, limit: int, axes: tuple[int, ...]) -> Iterator[Block]:
    tile = _tile_shape(base, raw, limit)
    base_scratch, raw_scratch = (_Scratch(side, math.prod(tile)) for side in (base, raw))
    steps = (range(0, n, t) for n, t in zip(base.shape, tile, strict=True))
    for start in product(*steps):
        cut = [slice(s, s + t) for s, t in zip(start, tile, strict=True)]
        part: tuple[Any, ...] = (*cut, ...)
        here, there = base_scratch.packed(base[part]), raw_scratch.packed(raw[part])
        yield Block(here, there, start, base[part].shape, (), axes)


def _tile_shape(base: Array, raw: Array, limit: int) -> tuple[int, ...]:
    shape = base.shape
    tile = [1] * base.ndim

    def grow(axis: int, most: int) -> None:
        room = limit // (math.prod(tile) // tile[axis])
        tile[axis] = max(tile[axis], min(shape[axis], most, room))

    side = math.isqrt(limit)
    long_axes = [axis for axis in range(base.ndim) if shape[axis] > 1]
    for array in (base, raw):
        for axis in sorted(long_axes, key=lambda axis: abs(array.strides[axis]))[:1]:
            grow(axis, side)
    for axis in reversed(long_axes):
        grow(axis, limit)
    return tuple(tile)


class _Scratch:
    """Where tiles of one array are packed, one after the other, in the order of their axes.

    Args:
        array: The array.
        size: Elements of the largest tile.
    """

    def __init__(self, array: Array, size: int) -> None:
        dtype = array.dtype.newbyteorder("=")
        self._packed = np.empty(size, dtype)
        self._rows = np.empty(size + size // _LONG * _GAP, dtype)

    def packed(self, tile: Array) -> Array:
        """The elements of a tile, flat: a view of it, or the scratch."""
        if _plain(tile):
            return tile.reshape(-1)
        packed = self._packed[: tile.size]
        order = _memory_order(tile)
        rows = tile.transpose(order)
        if order and order[-1] != tile.ndim - 1 and rows.shape[-1] >= _LONG:
            rows = self._spread(rows)
        np.copyto(packed.reshape(tile.shape).transpose(order), rows)
        return packed

    def _spread(self, rows: Array) -> Array:
        """Rows copied as they lie, with a gap after each.

        Where rows are a multiple of a power of two apart, as those of weights are, the cache can keep
        few of them at a time, and a copy across them reads each line again for each of its elements.
        """
        *above, length = rows.shape
        pitch = length + _GAP
        spread = self._rows[: math.prod(above) * pitch].reshape(*above, pitch)[..., :length]
        np.copyto(spread, rows)
        return spread
