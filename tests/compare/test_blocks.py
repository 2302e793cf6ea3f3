from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from padiff.compare.blocks import PART, blocks
from padiff.protocols import Array

from .drawn import laid_out

SHAPES = st.lists(st.integers(0, 6), max_size=4).map(tuple)


@settings(deadline=None)
@given(shape=SHAPES, limit=st.integers(1, 40), data=st.data())
def test_every_element_once_beside_its_partner_under_its_index(
    shape: tuple[int, ...], limit: int, data: st.DataObject
) -> None:
    whole = np.arange(int(np.prod(shape)), dtype=np.float32).reshape(shape)
    axes = data.draw(st.permutations(range(len(shape))))
    back = np.argsort(axes)
    base = data.draw(laid_out(whole))
    raw = data.draw(laid_out(np.asarray(-whole.transpose(axes)))).transpose(back)
    seen = []
    for block in blocks(base, raw, limit):
        assert 0 < block.base.size <= limit
        assert np.array_equal(block.base, -block.raw)
        assert block.base.flags.c_contiguous
        assert block.base.dtype.isnative
        for position, value in enumerate(block.base):
            assert whole[block.index(position)] == value
        seen += block.base.tolist()
    assert sorted(seen) == list(range(whole.size))


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_that_lie_alike_are_not_copied(order: str) -> None:
    whole = np.zeros((30, 40), np.float32).copy(order="K" if order == "C" else "F")
    for block in blocks(whole, whole, 100):
        assert np.shares_memory(block.base, whole)
        assert np.shares_memory(block.raw, whole)


def test_tiles_are_short_along_both_fast_axes() -> None:
    base, raw = np.zeros((512, 512)), np.zeros((512, 512)).T
    shapes = {block.base.size for block in blocks(base, raw, 4096)}
    assert shapes == {64 * 64}
    steps = np.diff([block.index(0) for block in blocks(base, raw, 4096)], axis=0)
    assert np.abs(steps).max() == 512 - 64


def test_of_a_block_parts_keep_the_indices() -> None:
    whole = np.arange(3 * PART).reshape(3, PART).T
    (block,) = blocks(whole, whole, 3 * PART)
    parts = list(block.parts())
    assert [part.base.size for part in parts] == [PART] * 3
    assert [part.index(7) for part in parts] == [(7, 0), (7, 1), (7, 2)]
    assert [int(part.raw[7]) for part in parts] == [7, PART + 7, 2 * PART + 7]


@pytest.mark.parametrize("dtype", [">f4", "<f4"])
def test_foreign_byte_order_is_turned(dtype: str) -> None:
    whole: Array = np.arange(6, dtype=dtype)
    assert [b.base.tolist() for b in blocks(whole, whole, 4)] == [[0, 1, 2, 3], [4, 5]]
    assert all(b.base.dtype.isnative for b in blocks(whole, whole, 4))


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("limit", [700, 2048, 100_000])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8"])
def test_long_rows_that_lie_otherwise_than_their_partners_are_packed_rightly(
    order: tuple[int, ...], limit: int, dtype: str
) -> None:
    whole = np.arange(40 * 35 * 67, dtype=np.float32).reshape(40, 35, 67)
    flipped = np.ascontiguousarray(-whole[:, ::-1].transpose(order), dtype)
    raw = flipped.transpose(np.argsort(order))[:, ::-1]
    seen = 0
    for block in blocks(whole, raw, limit):
        assert np.array_equal(block.base, -block.raw)
        first, last = block.index(0), block.index(block.base.size - 1)
        assert (whole[first], whole[last]) == (block.base[0], block.base[-1])
        seen += block.base.size
    assert seen == whole.size
