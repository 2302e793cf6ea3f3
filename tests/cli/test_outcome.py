"""What a report says, as the status of the process."""

from __future__ import annotations

from dataclasses import replace

import pytest

from padiff.cli.comparing.telling import outcome_of
from padiff.cli.outcome import Outcome
from padiff.report.alignment import AlignmentReport
from tests.report import cases

ALIGNED, PARTED = cases.aligned(), cases.forward()


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        (ALIGNED, Outcome.ALIGNED),
        (PARTED, Outcome.NOT_ALIGNED),
        (replace(PARTED, unrun=("backward",)), Outcome.NOT_ALIGNED),
        (replace(PARTED, origins=()), Outcome.NOT_ALIGNED),
        (replace(ALIGNED, origins=PARTED.origins), Outcome.NOT_ALIGNED),
        (replace(ALIGNED, unrun=("backward",)), Outcome.NOT_JUDGED),
        (replace(ALIGNED, units=()), Outcome.NOT_JUDGED),
    ],
)
def test_a_difference_goes_before_what_was_not_compared(
    report: AlignmentReport, outcome: Outcome
) -> None:
    assert outcome_of(report) is outcome


def test_the_worst_of_several_is_the_greatest() -> None:
    assert max(Outcome) is Outcome.NOT_JUDGED
    assert [each.value for each in Outcome] == [0, 1, 2]
