"""Saved measurements judged by tolerances they were not made with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from padiff.compare import (
    Metrics,
    Mode,
    NotJudgeableError,
    Tolerance,
    Verdict,
    judge,
    judged_with,
)

from .arrays import f32, measured
from .drawn import DTYPES, pairs, small_blocks, tolerances
from .lines import decisive
from .oracle import points


@settings(max_examples=400, deadline=None)
@given(data=st.data(), mode=st.sampled_from(["strict", "mean"]))
def test_with_detail_any_tolerance_can_be_judged_as_if_measured_with_it(
    data: st.DataObject, mode: Mode
) -> None:
    base, raw = data.draw(pairs(DTYPES))
    with small_blocks(6):
        saved = Metrics.from_dict(
            measured(base, raw, data.draw(tolerances()), detail=True).to_dict()
        )
    with np.errstate(all="ignore"):
        drawn = data.draw(st.one_of(tolerances(), decisive(*points(base, raw))))
    second = Tolerance(drawn.atol, drawn.rtol, mode)
    with small_blocks(6):
        again = measured(base, raw, second)
    found = judged_with(saved, second)
    assert (found.tolerance, judge(found)) == (second, judge(again))
    least, most = counts(found)
    assert least <= again.out_of_tolerance <= most
    if again.out_of_tolerance == again.nonfinite_differences:
        assert least == most
    # Narrow dtypes are measured in float32, whose smallest steps are no finer.
    step = float(np.finfo(np.float32).smallest_subnormal)
    assert found.required_atol == pytest.approx(again.required_atol, rel=1e-9, abs=step)
    assert Metrics.from_dict(found.to_dict()) == found or "nan" in repr(found)


def test_an_infinity_alone_is_out_of_a_mean_tolerance_that_all_errors_meet() -> None:
    found = measured(f32([0, 0]), f32([np.inf, 6e-8]), Tolerance(0, 0), detail=True)
    by_mean = judged_with(found, Tolerance(1e-7, 0, "mean"))
    assert not judge(by_mean)
    assert (by_mean.out_of_tolerance, by_mean.out_of_tolerance_at_most) == (1, None)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_judged_again_and_again(data: st.DataObject) -> None:
    base, raw = data.draw(pairs(("float32", "int8", "complex64")))
    first, second, third = (data.draw(tolerances()) for _ in range(3))
    found = judged_with(judged_with(measured(base, raw, first, detail=True), second), third)
    again = measured(base, raw, third)
    assert judge(found) is judge(again)
    least, most = counts(found)
    assert least <= again.out_of_tolerance <= most


def counts(metrics: Metrics) -> tuple[int, int]:
    most = metrics.out_of_tolerance_at_most
    return metrics.out_of_tolerance, metrics.out_of_tolerance if most is None else most


def test_the_count_is_known_of_the_tolerance_it_was_measured_with() -> None:
    base, raw = f32([1, 1, 1, 1]), f32([1, 1.5, 1.25, np.nan])
    found = measured(base, raw, Tolerance(0.1, 0), detail=True)
    by_mean = judged_with(found, Tolerance(0.1, 0, "mean"))
    assert by_mean == replace(found, tolerance=Tolerance(0.1, 0, "mean"))


@pytest.mark.parametrize(
    ("tolerance", "expected"),
    [
        (Tolerance(0.4, 0), (2, 4)),  # of the corners one, of the errors three may be larger
        (Tolerance(0.6, 0), (2, 3)),
        (Tolerance(0, 0), (5, 6)),  # stricter than the one it was measured with
        (Tolerance(0.2, 0.1), (2, 5)),
        (Tolerance(1, 0), (1, 1)),
    ],
)
def test_other_counts_are_bounded(tolerance: Tolerance, expected: tuple[int, int]) -> None:
    base, raw = f32([1, 1, 1, 1, 1, 1]), f32([1.02, 1.2, 1.3, 1.52, 1.75, np.nan])
    found = judged_with(measured(base, raw, Tolerance(0.1, 0), detail=True), tolerance)
    assert counts(found) == expected


def test_without_detail_the_elements_bound_it() -> None:
    saved = measured(f32([1, 2, 3]), f32([1, 3, 3]), Tolerance(5, 0))
    found = judged_with(saved, Tolerance(0.5, 0.1))
    assert counts(found) == (1, 3)
    assert 1.0 < found.required_atol < 1.00001


def test_without_detail_a_wrong_mean_is_of_one_element_at_least() -> None:
    saved = measured(f32([1, 10, 100]), f32([1.01, 10.05, 100.1]), Tolerance(1e-5, 0))
    found = judged_with(saved, Tolerance(0.025, 0.0007, "mean"))
    assert judge(found) is Verdict.WRONG
    assert counts(found) == (1, 3)


def test_the_worst_element_at_another_rtol() -> None:
    saved = measured(f32([1, 100]), f32([1.5, 101]), Tolerance(0, 0.1), detail=True)
    assert saved.worst is not None
    assert saved.worst.index == (0,)
    assert judged_with(saved, Tolerance(0.3, 0.1)).worst == saved.worst
    assert judged_with(saved, Tolerance(0.3, 0)).worst == saved.max_abs_at


def test_a_nonfinite_difference_stays_the_worst() -> None:
    saved = measured(f32([1, 1]), f32([1.5, np.nan]), Tolerance(0, 0), detail=True)
    assert judged_with(saved, Tolerance(0.3, 0.1)).worst is saved.worst


def test_without_detail_it_may_not_be_told() -> None:
    found = measured(f32([1, 10, 100]), f32([1.01, 10.05, 100.1]), Tolerance(1e-5, 0))
    with pytest.raises(NotJudgeableError):
        judged_with(found, Tolerance(0.025, 0.001))


def test_within_the_slack_it_is_not_told_either() -> None:
    base = np.arange(1, 1000).astype(np.float32)
    found = measured(base, base * 2, Tolerance(1e-5, 0), detail=True)
    with pytest.raises(NotJudgeableError):
        judged_with(found, Tolerance(0, 1))
    assert judge(judged_with(found, Tolerance(0, 1.0001))) is Verdict.WITHIN
    required = judged_with(found, Tolerance(0, 0.5)).required_atol
    assert 999 / 2 < required < 999 / 2 * 1.0001
