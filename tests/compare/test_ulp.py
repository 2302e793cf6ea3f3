from __future__ import annotations

import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from padiff.compare import Metrics, Tolerance, measure
from padiff.compare.ulp import (
    all_within_ulps,
    below,
    mantissa_bits,
    max_ulps,
    max_ulps_same_sign,
    narrower,
    smallest_normal,
    ulps_within,
)
from padiff.protocols import Array

from .arrays import f32
from .drawn import FLOATS, dtype_named, from_bits
from .oracle import rank

WORDS = st.integers(0, 2**128 - 1)


def steps(start: float, count: int, dtype: str) -> Array:
    """The number `count` representable ones above `start`."""
    number = np.array([start], dtype)
    for _ in range(count):
        number = np.nextafter(number, np.array(np.inf, dtype), dtype=dtype)
    return number


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("start", [0.0, 1.0, -1.0, 1.5, 0.999, -2e-7, 60000.0])
@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_as_many_steps_of_nextafter(start: float, count: int, dtype: str) -> None:
    here = np.array([start], dtype)
    there = steps(start, count, dtype)
    assert max_ulps(here, there) == max_ulps(there, here) == count


def test_across_zero_both_distances_add() -> None:
    base, raw = -steps(0, 3, "float32"), steps(0, 4, "float32")
    assert max_ulps(base, raw) == 7
    found = measure(base, raw, tolerance=Tolerance(0, 0))
    assert isinstance(found, Metrics)
    assert found.max_ulps == 7


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(value=st.floats(0, exclude_min=True, allow_nan=False))
def test_a_number_below_is_below_and_finite(dtype: str, value: float) -> None:
    found = below(value, np.dtype(dtype))
    assert 0 <= found < value
    assert np.dtype(dtype).type(found) == found
    assert math.isfinite(found)


@pytest.mark.parametrize("name", FLOATS)
@given(left=WORDS, right=WORDS)
def test_distances_count_bit_patterns(name: str, left: int, right: int) -> None:
    base, raw = from_bits(name, [left]), from_bits(name, [right])
    assert max_ulps(base, raw) == abs(rank(base[0]) - rank(raw[0]))


@pytest.mark.parametrize("name", FLOATS)
@given(left=WORDS, right=WORDS)
def test_the_quick_distance_of_equal_signs(name: str, left: int, right: int) -> None:
    base, raw = np.abs(from_bits(name, [left])), np.abs(from_bits(name, [right]))
    for sign in (1, -1):
        left_side, right_side = (np.copysign(s, np.array(sign, s.dtype)) for s in (base, raw))
        quick = max_ulps_same_sign(left_side, right_side, np.empty_like(base))
        assert quick == max_ulps(left_side, right_side)


def test_the_quick_distance_takes_both_zeros_for_one() -> None:
    base, raw = f32([0.0, -0.0]), f32([-0.0, 0.0])
    assert max_ulps_same_sign(base, raw, np.empty_like(base)) == 0


def are_finite(side: Array) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):  # of signalling NaN
        return np.asarray(np.isfinite(side))


def all_finite(name: str) -> Array:
    every = np.arange(2**16).astype(np.uint16).view(dtype_named(name))
    return every[are_finite(every)]


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
@pytest.mark.parametrize("share", [0, 1, 0.01])
def test_all_within_is_what_the_largest_distance_of_equal_signs_says(
    name: str, share: float
) -> None:
    base = all_finite(name)[::5]
    ulps = int(share * 2 ** mantissa_bits(base.dtype))
    scratch = np.empty(1, base.dtype)
    rng = np.random.default_rng(4)
    apart = rng.integers(-2, 3, base.size) * max(1, ulps)
    near = (base.view(np.uint16) + apart).astype(np.uint16).view(base.dtype)
    for raw in (near, -base, rng.permutation(base)):
        for ours, theirs in zip(base.reshape(-1, 1), raw.reshape(-1, 1), strict=True):
            if not are_finite(theirs):
                continue
            within = np.signbit(ours) == np.signbit(theirs) and max_ulps(ours, theirs) <= ulps
            assert all_within_ulps(ours, theirs, ulps, scratch) == within, (ours, theirs)


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
@pytest.mark.parametrize("share", [1, 0.5, 0.01])
@pytest.mark.parametrize("sign", [1, -1])
def test_so_many_units_are_a_relative_error_of_at_most_as_many_epsilons(
    name: str, share: float, sign: int
) -> None:
    base = all_finite(name)
    base = base[np.abs(base) >= smallest_normal(base.dtype)]
    units = int(share * 2 ** mantissa_bits(base.dtype))
    raw = (base.view(np.int16) + sign * units).view(base.dtype)
    ours, theirs = (side[are_finite(raw)].astype(float) for side in (base, raw))
    relative = np.abs(ours - theirs) / np.abs(ours)
    assert relative.max() <= units * 2.0 ** -mantissa_bits(base.dtype)


@pytest.mark.parametrize("name", FLOATS)
@given(left=WORDS, right=WORDS)
def test_numbers_further_apart_are_beyond_the_relative_error(
    name: str, left: int, right: int
) -> None:
    base, raw = from_bits(name, [left]), from_bits(name, [right])
    with np.errstate(invalid="ignore"):
        wide = [side.astype(float) for side in (base, raw)]
    if not (np.isfinite(wide).all() and wide[0][0]):
        return
    error, size = float(abs(wide[0] - wide[1])[0]), float(abs(wide[0][0]))
    relative = error / size if error < size else 1.0
    assert not error or relative > ulps_within(max_ulps(base, raw) - 1, base.dtype)


@pytest.mark.parametrize("ulps", [0, 1, 5])
def test_the_relative_error_is_sharp_by_a_factor_of_two(ulps: int) -> None:
    base, raw = f32([1.0]), steps(1.0, ulps + 1, "float32")
    assert float(raw[0] - base[0]) / 2.01 < ulps_within(ulps, base.dtype)


def test_only_equal_numbers_are_less_than_one_apart() -> None:
    assert ulps_within(-1, np.dtype(np.float32)) == 0


@pytest.mark.parametrize(
    ("base", "raw", "narrow"),
    [
        ("float32", "float64", "float32"),
        ("float16", "bfloat16", "bfloat16"),
        ("float32", "float16", "float16"),
        ("float8_e5m2", "float8_e4m3fn", "float8_e5m2"),
    ],
)
def test_the_narrower_dtype_has_fewer_bits_of_mantissa(base: str, raw: str, narrow: str) -> None:
    dtypes = dtype_named(base), dtype_named(raw)
    assert narrower(*dtypes) == narrower(*reversed(dtypes)) == dtype_named(narrow)


def test_nothing_has_no_distance() -> None:
    assert max_ulps(np.empty(0, np.float32), np.empty(0, np.float32)) == 0


def test_a_larger_distance_in_a_later_block_is_not_missed() -> None:
    base = np.ones(200_000, ml_dtypes.bfloat16)
    raw = base.copy()
    raw.view(np.int16)[[5, 80_000, 199_999]] += np.array([1, 2, 3], np.int16)
    found = measure(base, raw, tolerance=Tolerance(0, 0))
    assert isinstance(found, Metrics)
    assert found.max_ulps == 3
