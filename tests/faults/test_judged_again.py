"""A report in which a fault passed, judged by tolerances that see it, names the fault's place."""

from __future__ import annotations

import pytest

from padiff.compare.rules import Rule, Tolerances
from padiff.report.alignment import AlignmentReport
from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault, aligned, pair_named

# paddle says so at every training forward of a BatchNorm.
pytestmark = pytest.mark.filterwarnings(
    "ignore:When training, we now always track global mean:UserWarning"
)
ANYTHING = Tolerances((Rule("*", atol=1e30, rtol=0.0),))
STATED = Tolerances((Rule("*", atol=1e-4, rtol=1e-3),))


def report(fault: Fault, tolerances: Tolerances) -> AlignmentReport:
    base, raw = fault.models()
    return aligned(
        pair_named(fault.pair),
        base,
        raw,
        optimizers=fault.optimizers(base, raw) if fault.optimizers else None,
        steps=fault.steps,
        tolerance=tolerances,
        detail=True,
    )


def places(found: AlignmentReport) -> list[tuple[str, str, int, int, str]]:
    return [(o.phase, o.raw_path, o.call, o.step, o.what) for o in found.origins]


@pytest.mark.parametrize("fault", FAULTS[::5], ids=lambda fault: f"{fault.pair}: {fault.name}")
def test_as_if_aligned_with_them(fault: Fault) -> None:
    again = report(fault, ANYTHING).judged_with(STATED)
    live = report(fault, STATED)
    assert live.origins
    assert places(again) == places(live)
    assert [origin.verdict for origin in again.origins] == [o.verdict for o in live.origins]
