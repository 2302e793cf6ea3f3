from __future__ import annotations

import math

import ml_dtypes
import numpy as np
import pytest

from padiff.compare import Metrics, NoiseFloor, Tolerance, Verdict, judge
from padiff.errors import UsageError
from padiff.protocols import Array

from .arrays import f32, measured

EXACT = Tolerance(0, 0)
UNIT = 2.0**-24  # half a unit in the last place of float32 at 1


def apart(base: Array, raw: Array) -> Metrics:
    return measured(base, raw, same_dtype=False)


def floor_of(base: Array, exact: Array) -> NoiseFloor:
    return NoiseFloor.of(apart(base, exact))


def spread(error: float, size: int = 1000) -> Metrics:
    """Raw against base, where half the elements are off by `error` one way and half the other."""
    base = np.ones(size)
    signs = np.where(np.arange(size) % 2, 1, -1)
    return apart(base, base + error * signs)


@pytest.mark.parametrize(
    ("multiple", "verdict"),
    [
        (0.5, Verdict.ROUNDING),
        (9.9, Verdict.ROUNDING),
        (10.1, Verdict.SUSPICIOUS),
        (99.0, Verdict.SUSPICIOUS),
        (101.0, Verdict.WRONG),
    ],
)
def test_the_rms_error_is_judged_in_multiples_of_the_floor(
    multiple: float, verdict: Verdict
) -> None:
    assert judge(spread(multiple * 1e-9), NoiseFloor(1e-9, 1.0)) is verdict


@pytest.mark.parametrize(
    ("multiple", "verdict"),
    [(19.8, Verdict.ROUNDING), (20.2, Verdict.SUSPICIOUS), (201.0, Verdict.WRONG)],
)
def test_so_is_the_largest_error(multiple: float, verdict: Verdict) -> None:
    assert judge(spread(multiple * 1e-9), NoiseFloor(1.0, 1e-9)) is verdict


def test_equal_tensors_are_identical_whatever_the_floor() -> None:
    assert judge(spread(0.0), NoiseFloor(0.0, 0.0)) is Verdict.IDENTICAL


@pytest.mark.parametrize(
    ("ulps", "verdict"), [(1, Verdict.ROUNDING), (50, Verdict.SUSPICIOUS), (500, Verdict.WRONG)]
)
def test_where_base_was_exact_one_more_rounding_is_allowed(ulps: int, verdict: Verdict) -> None:
    base = np.linspace(1, 2, 100, endpoint=False).astype(np.float32)
    raw = (base.view(np.int32) + ulps).view(np.float32)
    assert judge(apart(base, raw), floor_of(base, base.astype(float))) is verdict


def test_an_outlier_may_be_off_by_its_own_rounding() -> None:
    base = np.ones(10_000, np.float32)
    base[0] = 1e6
    raw = base.copy()
    raw[0] = np.nextafter(raw[0], np.float32(np.inf))
    assert judge(apart(base, raw), NoiseFloor(0.0, 0.0)) is Verdict.ROUNDING


def test_the_coarser_dtype_sets_the_least_floor() -> None:
    base = np.linspace(1, 2, 64, endpoint=False).astype(ml_dtypes.bfloat16)
    raw = (base.view(np.int16) + 1).view(ml_dtypes.bfloat16)
    floor = NoiseFloor(0.0, 0.0)
    assert judge(apart(base, raw), floor) is Verdict.ROUNDING
    assert judge(apart(base, raw.astype(np.float32)), floor) is Verdict.ROUNDING
    assert judge(apart(base.astype("f4"), raw.astype("f4")), floor) is Verdict.WRONG


def test_dead_units_are_judged_by_absolute_error() -> None:
    base = np.zeros(1000, np.float32)
    base[::10] = 1.0
    raw = base.copy()
    raw[1::10] = 1e-8  # base is 0 there: the relative error is infinite, and means nothing
    found = apart(base, raw)
    assert found.max_rel == math.inf
    assert judge(found, NoiseFloor(5e-8, 2e-7)) is Verdict.ROUNDING


@pytest.mark.parametrize(("scale", "verdict"), [(0.0, Verdict.WRONG), (1.0, Verdict.ROUNDING)])
def test_all_zeros_need_the_scale_of_what_they_were_computed_from(
    scale: float, verdict: Verdict
) -> None:
    base, raw = np.zeros(10, np.float32), np.full(10, 1e-8, np.float32)
    floor = NoiseFloor.of(apart(base, base.astype(float)), scale=scale)
    assert judge(apart(base, raw), floor) is verdict


def test_without_a_scale_small_tensors_are_held_to_their_own() -> None:
    base = np.full(10, 1e-9, np.float32)
    assert judge(apart(base, base * np.float32(1.01)), NoiseFloor(0.0, 0.0)) is Verdict.WRONG


@pytest.mark.parametrize("dtype", ["int64", "bool"])
def test_integers_do_not_round(dtype: str) -> None:
    found = apart(np.array([1, 1], dtype), np.array([1, 0], dtype))
    assert judge(found, NoiseFloor(10.0, 10.0)) is Verdict.WRONG


def test_complex_tensors_have_a_floor_too() -> None:
    base = np.full(10, 1 + 1j, np.complex64)
    raw = base + np.complex64(1e-7)
    assert judge(apart(base, raw), NoiseFloor(0.0, 0.0)) is Verdict.ROUNDING


def test_a_nan_is_wrong_whatever_the_floor() -> None:
    found = apart(f32([1, 1]), f32([1, np.nan]))
    assert judge(found, NoiseFloor(1e30, 1e30)) is Verdict.WRONG


def product(left: Array, right: Array, order: Array) -> Array:
    """A matrix product that adds its terms one after the other, in the given order."""
    total = np.zeros((left.shape[0], right.shape[1]), left.dtype)
    for k in order:
        total += left[:, k : k + 1] * right[k : k + 1]
    return total


@pytest.mark.parametrize("terms", [16, 256, 2048])
def test_another_order_of_summation_is_rounding(terms: int) -> None:
    rng = np.random.default_rng(terms)
    left = rng.standard_normal((32, terms)).astype(np.float32)
    right = rng.standard_normal((terms, 32)).astype(np.float32)
    base, exact = left @ right, left.astype(float) @ right.astype(float)
    raw = product(left, right, rng.permutation(terms))
    assert judge(apart(base, raw), floor_of(base, exact)) is Verdict.ROUNDING


def layer_norm(x: Array, epsilon: float) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    normed: Array = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + x.dtype.type(epsilon))
    return normed


def test_another_epsilon_is_no_rounding() -> None:
    x = np.random.default_rng(0).standard_normal((64, 768)).astype(np.float32)
    base, exact = layer_norm(x, 1e-5), layer_norm(x.astype(float), 1e-5)
    floor = floor_of(base, exact)
    assert not judge(apart(base, layer_norm(x, 1e-6)), floor)
    assert judge(apart(base, layer_norm(x[:, ::-1], 1e-5)[:, ::-1]), floor) <= Verdict.ROUNDING


def test_a_floor_survives_saving() -> None:
    floor = NoiseFloor(1e-9, 1e-8, 2.0)
    assert NoiseFloor.from_dict(floor.to_dict()) == floor


@pytest.mark.parametrize(
    "numbers", [(math.inf, 1.0), (1.0, math.nan), (-1.0, 1.0), (1, 1, math.inf)]
)
def test_a_floor_that_would_excuse_anything_is_refused(numbers: tuple[float, ...]) -> None:
    with pytest.raises(UsageError) as error:
        NoiseFloor(*numbers)
    text = str(error.value)
    assert text.startswith(
        "This is no noise floor: nothing would be beyond it.\n  got:      NoiseFl"
    )
    assert text.endswith("\n  expected: finite numbers >= 0")
