from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from padiff.compare import (
    Incomparable,
    Metrics,
    Mode,
    NotJudgeableError,
    Tolerance,
    Verdict,
    judge,
    measure,
)
from padiff.protocols import Array

from .arrays import f32, measured
from .drawn import pairs, small_blocks, tolerances

MEANS: tuple[Mode, ...] = ("mean", "abs_mean")


def test_verdicts_are_ordered_from_best_to_worst() -> None:
    order = [Verdict.IDENTICAL, Verdict.ROUNDING, Verdict.WITHIN, Verdict.SUSPICIOUS, Verdict.WRONG]
    assert list(Verdict) == order
    assert all(a < b and b > a and not b < a for a, b in itertools.combinations(order, 2))
    assert not any(verdict < verdict for verdict in order)  # noqa: PLR0124
    assert max(Verdict.WITHIN, Verdict.IDENTICAL) is Verdict.WITHIN
    assert [bool(v) for v in order] == [True, True, True, False, False]


def test_a_verdict_is_not_compared_with_a_string() -> None:
    with pytest.raises(TypeError):
        assert Verdict.WRONG < "wrong"


def test_verdicts_are_saved_by_value() -> None:
    assert [Verdict(verdict.value) for verdict in Verdict] == list(Verdict)


def test_one_element_beyond_tolerance_is_wrong_in_strict_mode() -> None:
    base, raw = np.zeros(1000, np.float32), np.zeros(1000, np.float32)
    raw[7] = 1e-4
    assert judge(measured(base, raw, Tolerance(1e-5, 1))) is Verdict.WRONG
    assert judge(measured(base, raw, Tolerance(1.1e-4, 0))) is Verdict.WITHIN
    assert judge(measured(base, base.copy(), Tolerance(0, 0))) is Verdict.IDENTICAL


@pytest.mark.parametrize("mode", MEANS)
def test_the_mean_modes_hold_the_mean_error_against_the_mean_magnitude(mode: Mode) -> None:
    base, raw = f32([-1, 1, 2, 0]), f32([-1, 1, 2, 4])
    found = measured(base, raw, Tolerance(0.25, 0.5))  # mean error 1, mean |base| 1
    assert judge(found, Tolerance(0.5, 0.5, mode)) is Verdict.WITHIN
    assert judge(found, Tolerance(0.5, 0.49, mode)) is Verdict.WRONG
    assert judge(found, Tolerance(0.49, 0.5, mode)) is Verdict.WRONG


@pytest.mark.parametrize("mode", MEANS)
@pytest.mark.parametrize("change", ["sign", "permuted", "transposed", "shifted"])
def test_equal_means_of_different_tensors_do_not_pass(change: str, mode: Mode) -> None:
    base = np.random.default_rng(0).standard_normal((6, 6)).astype(np.float32)
    base -= base.mean()
    raw = {"sign": -base, "permuted": base[::-1], "transposed": base.T, "shifted": np.roll(base, 1)}
    found = measured(base, raw[change], Tolerance(0.1, 0.1, mode))
    assert judge(found) is Verdict.WRONG


@pytest.mark.parametrize("mode", ["strict", *MEANS])
@pytest.mark.parametrize(("base", "raw"), [(np.nan, 0), (0, np.inf), (np.inf, -np.inf)])
def test_nonfinite_differences_are_wrong_under_any_tolerance(
    base: float, raw: float, mode: Mode
) -> None:
    tolerance = Tolerance(1e30, 1e30, mode)
    found = measured(f32([base, 1]), f32([raw, 1]), tolerance)
    assert judge(found) is Verdict.WRONG
    assert judge(found, Tolerance(1e38, 1e38)) is Verdict.WRONG


def test_a_mean_error_beyond_float64_is_wrong() -> None:
    big = np.finfo(float).max
    found = measured(np.array([big, big]), np.array([-big, -big]), Tolerance(0, 0))
    assert judge(found, Tolerance(1e300, 1e300, "mean")) is Verdict.WRONG


@pytest.mark.parametrize("reason", ["shape", "dtype"])
def test_what_cannot_be_compared_is_wrong(reason: str) -> None:
    raw = np.zeros(2) if reason == "shape" else np.zeros(3, np.float32)
    found = measure(np.zeros(3), raw, tolerance=Tolerance(1, 1))
    assert isinstance(found, Incomparable)
    assert judge(found) is judge(found, Tolerance(1e30, 1)) is Verdict.WRONG


def near(metrics: Metrics) -> st.SearchStrategy[Tolerance]:
    """Tolerances made of the numbers that decide about them."""
    numbers = [metrics.max_abs, metrics.max_rel, metrics.required_atol, metrics.tolerance.rtol, 0.0]
    decisive = st.sampled_from([n for n in numbers if n < 1e300])
    factor = st.sampled_from([0.5, 1 - 2**-30, 1.0, 1 + 2**-30, 1.5])
    number = st.builds(lambda n, f: n * f, decisive, factor)
    return st.builds(Tolerance, number, number)


@settings(max_examples=500, deadline=None)
@given(pair=pairs(("float32", "float64", "int32", "complex64")), data=st.data())
def test_judged_again_from_metrics_as_if_measured_again_or_not_at_all(
    pair: tuple[Array, Array], data: st.DataObject
) -> None:
    base, raw = pair
    first = data.draw(tolerances())
    with small_blocks(6):
        saved = measured(base, raw, first)
    second = data.draw(st.one_of(tolerances(), near(saved)))
    with small_blocks(6):
        again = measured(base, raw, second)
    try:
        found = judge(Metrics.from_dict(saved.to_dict()), second)
    except NotJudgeableError:
        assert second.rtol != first.rtol
    else:
        assert found is judge(again)


@settings(max_examples=200, deadline=None)
@given(pair=pairs(("float32",)), first=tolerances(), atol=st.floats(0, 100))
def test_at_the_same_rtol_any_atol_can_be_judged_again(
    pair: tuple[Array, Array], first: Tolerance, atol: float
) -> None:
    second = Tolerance(atol, first.rtol)
    found = judge(measured(*pair, first), second)
    assert found is judge(measured(*pair, second))


def test_the_smallest_atol_that_holds_is_the_required_one() -> None:
    rng = np.random.default_rng(0)
    base = rng.standard_normal(1000).astype(np.float32)
    found = measured(base, base + np.float32(1e-3), Tolerance(1e-5, 1e-4))
    required = found.required_atol
    assert judge(found, Tolerance(required, 1e-4)) is Verdict.WITHIN
    assert judge(found, Tolerance(np.nextafter(required, 0), 1e-4)) is Verdict.WRONG


@pytest.mark.parametrize(
    ("again", "verdict"),
    [
        (Tolerance(1e-2, 0), Verdict.WITHIN),  # above the largest error
        (Tolerance(0, 1e-1), Verdict.WITHIN),  # above the largest relative error
        (Tolerance(6e-4, 5e-2), Verdict.WITHIN),  # above the two together
        (Tolerance(0, 1e-4), Verdict.WRONG),  # below the steepest element
        (Tolerance(1e-4, 1e-4), Verdict.WRONG),  # below the largest error's element
    ],
)
def test_bounds_and_known_elements_decide_other_tolerances(
    again: Tolerance, verdict: Verdict
) -> None:
    base = np.linspace(0.02, 1, 500).astype(np.float32)
    found = measured(base, base + np.float32(1e-3), Tolerance(0, 1e-6))
    assert judge(found, again) is verdict


def test_what_saved_metrics_do_not_decide_is_an_error() -> None:
    base, raw = f32([1, 10, 100]), f32([1.01, 10.05, 100.1])
    found = measured(base, raw, Tolerance(1e-5, 0))
    with pytest.raises(NotJudgeableError) as error:
        judge(found, Tolerance(0.025, 0.001))
    assert isinstance(error.value, ValueError)
    assert str(error.value) == (
        "Saved metrics do not tell whether this tolerance holds.\n"
        "  got:      |base - raw| <= 0.025 + 0.001 * |base|, "
        "measured with |base - raw| <= 1e-05 + 0 * |base|\n"
        "  expected: rtol=0 with any atol (the smallest that holds is 0.0999985)\n"
        "  hint:     Measure the tensors again with this tolerance."
    )
