from __future__ import annotations

from typing import Literal

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault

# paddle says so at every training forward of a BatchNorm.
pytestmark = pytest.mark.filterwarnings(
    "ignore:When training, we now always track global mean:UserWarning"
)


@pytest.mark.parametrize("tolerance", [None, "auto"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.pair}: {fault.name}")
def test_a_fault_is_found_where_it_was_planted(
    fault: Fault, tolerance: Literal["auto"] | None
) -> None:
    report = fault.report(tolerance=tolerance)
    found = [(o.raw_path, o.phase, o.step, [h.kind for h in o.hints]) for o in report.origins]
    assert fault.found_in(report), (
        f"wanted {fault.path!r}, {fault.phase}, {fault.hint}; got {found}"
    )


def test_there_are_enough_faults_of_different_names() -> None:
    assert len({(fault.pair, fault.name) for fault in FAULTS}) == len(FAULTS) >= 40
