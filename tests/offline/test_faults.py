"""Planted faults are found where they were planted, also from two recordings alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import padiff
from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault, pair_named
from tests.models import PAIRS, ModelPair

from .recorded import record_both

pytestmark = pytest.mark.filterwarnings(
    "ignore:When training, we now always track global mean:UserWarning"
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.pair}: {fault.name}")
def test_a_fault_is_found_where_it_was_planted(fault: Fault, tmp_path: Path) -> None:
    pair = pair_named(fault.pair)
    models = fault.models()
    report = padiff.compare_traces(
        *record_both(
            models,
            (pair.torch_inputs(0), pair.paddle_inputs(0)),
            tmp_path,
            optimizers=fault.optimizers(*models) if fault.optimizers else None,
            steps=fault.steps,
        )
    )
    found = [(origin.raw_path, origin.phase, origin.step) for origin in report.origins]
    assert found == [(fault.path, fault.phase, fault.step)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_no_clean_pair_raises_an_alarm(pair: ModelPair, seed: int, tmp_path: Path) -> None:
    base, raw = pair.build_torch(), pair.build_paddle()
    padiff.assign_weight(base, raw)
    report = padiff.compare_traces(
        *record_both((base, raw), (pair.torch_inputs(seed), pair.paddle_inputs(seed)), tmp_path)
    )
    assert report, str(report)
    assert {unit.phase for unit in report.units} >= {"forward", "backward"}
