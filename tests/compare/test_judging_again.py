"""Saved measurements judged by tolerances they were not made with."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from padiff.compare import (
    Count,
    Incomparable,
    Judgement,
    Metrics,
    Mode,
    NotJudgeableError,
    Tolerance,
    Verdict,
    judge,
    judge_again,
    measure,
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
    found = judge_again(saved, second)
    assert found is not None
    assert (found.tolerance, found.verdict) == (second, judge(again))
    count = found.out_of_tolerance
    assert count.at_least <= again.out_of_tolerance <= count.at_most
    if not again.out_of_tolerance - again.nonfinite_differences:
        assert count.exact


def test_the_count_is_known_of_the_tolerance_it_was_measured_with() -> None:
    base, raw = f32([1, 1, 1, 1]), f32([1, 1.5, 1.25, np.nan])
    found = measured(base, raw, Tolerance(0.1, 0), detail=True)
    assert judge_again(found, Tolerance(0.1, 0, "mean")) == Judgement(
        Tolerance(0.1, 0, "mean"), Verdict.WRONG, Count(3, 3)
    )


@pytest.mark.parametrize(
    ("tolerance", "count"),
    [
        (Tolerance(0.4, 0), Count(2, 4)),  # of the corners one, of the errors three may be larger
        (Tolerance(0.6, 0), Count(2, 3)),
        (Tolerance(0, 0), Count(5, 6)),  # stricter than the one it was measured with
        (Tolerance(0.2, 0.1), Count(2, 5)),
        (Tolerance(1, 0), Count(1, 1)),
    ],
)
def test_other_counts_are_bounded(tolerance: Tolerance, count: Count) -> None:
    base, raw = f32([1, 1, 1, 1, 1, 1]), f32([1.02, 1.2, 1.3, 1.52, 1.75, np.nan])
    found = judge_again(measured(base, raw, Tolerance(0.1, 0), detail=True), tolerance)
    assert found is not None
    assert found.out_of_tolerance == count


def test_without_detail_the_elements_bound_it() -> None:
    saved = measured(f32([1, 2, 3]), f32([1, 3, 3]), Tolerance(5, 0))
    found = judge_again(saved, Tolerance(0.5, 0))
    assert found is not None
    assert found.out_of_tolerance == Count(1, 3)


def test_without_detail_it_may_not_be_told() -> None:
    found = measured(f32([1, 10, 100]), f32([1.01, 10.05, 100.1]), Tolerance(1e-5, 0))
    with pytest.raises(NotJudgeableError):
        judge_again(found, Tolerance(0.025, 0.001))


def test_within_the_slack_it_is_not_told_either() -> None:
    base = np.arange(1, 1000).astype(np.float32)
    coarse = measured(base, base * 2, Tolerance(1e-5, 0), detail=True)
    with pytest.raises(NotJudgeableError):
        judge_again(coarse, Tolerance(0, 1))
    at_two = judge_again(coarse, Tolerance(0, 1.0001))
    assert at_two is not None
    assert at_two.verdict is Verdict.WITHIN


def test_what_cannot_be_compared_has_no_count() -> None:
    found = measure(np.zeros(2), np.zeros(3), tolerance=Tolerance(0, 0))
    assert isinstance(found, Incomparable)
    assert judge_again(found, Tolerance(1, 1)) is None


def test_counts_in_words() -> None:
    assert str(Count(1234, 1234)) == "1,234"
    assert str(Count(0, 5000)) == "at least 0 and at most 5,000"
