"""Blocks that cannot matter are passed over: what float32 arithmetic says of them must be on the safe side."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from padiff.compare import Element, Tolerance
from padiff.protocols import Array

from .arrays import f32, measured
from .drawn import small_blocks


def test_an_error_that_float32_rounds_down_to_the_tolerance_is_counted() -> None:
    # The second error is 1.000000003, in float32 just 1.
    base, raw = f32([3, 0, 1, 0]), f32([1, 0, -3e-9, 0])
    with small_blocks(1):
        found = measured(base, raw, Tolerance(1.000000001, 0))
    assert found.out_of_tolerance == 2


def test_a_relative_error_that_float32_rounds_down_to_the_tolerance_is_counted() -> None:
    found = measured(f32([1, 0]), f32([-3e-9, 0]), Tolerance(0, 1.000000001))
    assert (found.out_of_tolerance, found.max_rel > 1.000000001) == (1, True)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_relative_errors_a_hair_beyond_are_counted_however_float32_rounds_them(dtype: str) -> None:
    rng = np.random.default_rng(3)
    bases = rng.uniform(1, 2, (300, 2)).astype(dtype)
    raws = bases.copy()
    raws[:, 1] *= (1 + 1e-5 * rng.uniform(1, 2, 300)).astype(dtype)
    for base, raw in zip(bases, raws, strict=True):
        wide, theirs = float(base[1]), float(raw[1])
        tolerance = Tolerance(0, abs(wide - theirs) / abs(wide) * (1 - 1e-9))
        with small_blocks(1):
            assert measured(base, raw, tolerance).out_of_tolerance == 1


@pytest.mark.parametrize("times", [1.01, 1.5, 1.99])
def test_one_element_a_little_beyond_among_many_that_agree(times: float) -> None:
    base = np.linspace(1, 2, 1000).astype(np.float32)
    raw = base.copy()
    raw[321] *= np.float32(1 + times * 1e-3)
    found = measured(base, raw, Tolerance(0, 1e-3))
    assert (found.out_of_tolerance, found.worst) == (1, found.max_abs_at)


@pytest.mark.parametrize("beyond", [1, 10, 100, 999])
def test_few_and_many_elements_beyond_tolerance_are_counted(beyond: int) -> None:
    base = np.linspace(1, 2, 1000).astype(np.float32)
    raw = base.copy()
    raw[::-1][:beyond] += np.float32(0.01)
    raw[0] += np.float32(0.001)
    found = measured(base, raw, Tolerance(0.002, 1e-3))
    assert found.out_of_tolerance == beyond
    assert found.worst is not None
    assert found.worst.index[0] >= 1000 - beyond


def test_a_later_block_may_need_more_than_an_earlier_one() -> None:
    base, raw = f32([1, 1, 1, 1, 1, 1]), f32([1.25, 1, 1.5, 1, 1.375, 1])
    with small_blocks(1):
        found = measured(base, raw, Tolerance(1, 0.125))
    assert (found.required_atol, found.worst) == (0.375, Element((2,), 1.0, 1.5))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_two_units_below_a_power_of_two_are_told_from_one_above(dtype: type[np.floating]) -> None:
    unit = float(np.finfo(dtype).eps)
    # The relative errors are alike: one unit of 1, and two of the numbers below 2, which are as far apart.
    base = np.array([1, 1, 2, 2], dtype)
    raw = np.array([1 + unit, 1, 2 - 2 * unit, 2], dtype)
    with small_blocks(1):
        assert measured(base, raw).max_ulps == 2


def test_rounding_to_the_narrower_dtype_may_add_a_unit() -> None:
    below_two = np.nextafter(np.float32(2), np.float32(0))
    base = np.array([1, 1, below_two, below_two], np.float32)
    # One unit above 1; and a little over one and a half units below 2, which rounds to two.
    raw = np.array([1 + 2.0**-23, 1, float(below_two) - 1.50001 * 2.0**-23, below_two])
    with small_blocks(2):
        assert measured(base, raw, same_dtype=False).max_ulps == 2
        assert measured(base[:2], raw[:2], same_dtype=False).max_ulps == 1


def bf16(values: list[float]) -> Array:
    return np.array(values, ml_dtypes.bfloat16)


def test_distances_of_16_bits_that_are_known_do_not_hide_numbers_of_different_signs() -> None:
    base, raw = bf16([1] * 8), bf16([1] * 8)
    # 384 units apart; and in the next block so far that the distance, in 16 bits, wraps around to 384.
    raw[0] = 8
    base[4], raw[4] = 2.0**-126, -(2.0**127)
    with small_blocks(1):
        found = measured(base, raw, Tolerance(1e39, 300))
    assert (found.max_ulps, found.max_rel) == (32640, 2.0**253 + 1)


def test_blocks_of_16_bits_whose_distances_are_known_are_in_the_histogram() -> None:
    base = bf16([1] * 8)
    raw = base + np.array(2.0**-7, base.dtype)
    with small_blocks(1):
        found = measured(base, raw, Tolerance(1, 1), detail=True)
    assert found.histogram is not None
    assert found.histogram.bins == ((-7, 8),)


@pytest.mark.parametrize("detail", [False, True])
def test_of_two_subnormal_errors_alike_the_one_that_needs_more_is_found(detail: bool) -> None:
    tiny = float(np.finfo(np.float32).smallest_subnormal)
    base = f32([2 * 65536 * tiny, 0])
    raw = f32([3 * 65536 * tiny, 65536 * tiny])
    found = measured(base, raw, Tolerance(1e-12, 1.3e-6), detail=detail)
    assert found.required_atol == 65536 * tiny
    if found.envelope is not None:
        assert found.envelope.required_atol(1.3e-6) == 65536 * tiny


def test_of_subnormal_errors_alike_the_one_nearer_to_zero_is_in_the_envelope() -> None:
    tiny = float(np.finfo(np.float32).smallest_subnormal)
    base = f32([400_000 * tiny, 40_000 * tiny, 200_000 * tiny, 0])
    raw = f32([465_536 * tiny, 80_000 * tiny, 265_536 * tiny, 0])
    with small_blocks(2):
        found = measured(base, raw, detail=True)
    assert found.envelope is not None
    assert found.envelope.required_atol(0.1) == pytest.approx(45_536 * tiny)


SIZES = st.lists(st.sampled_from([0.0, 1e-8, 1e-7, 1e-6, 1e-2, 1.0]), min_size=1, max_size=5)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@given(sizes=SIZES)
def test_the_cosine_is_right_whatever_the_errors_of_the_blocks_before(
    dtype: str, sizes: list[float]
) -> None:
    rng = np.random.default_rng(len(sizes))
    base = rng.standard_normal((len(sizes), 64)).astype(dtype)
    # Along base, where an error that was left out of the product alone would show most.
    raw = (base * (1 + np.array(sizes)[:, None])).astype(dtype)
    with small_blocks(16):
        found = measured(base.ravel(), raw.ravel(), Tolerance(1, 1))
    ours, theirs = base.ravel().astype(float), raw.ravel().astype(float)
    right = ours @ theirs / np.sqrt((ours @ ours) * (theirs @ theirs))
    assert found.cosine == pytest.approx(right, abs=2e-7 if dtype == "f4" else 1e-14)
