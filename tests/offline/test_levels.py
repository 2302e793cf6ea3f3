"""What traces without values tell: statistics, or hashes alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch

import padiff
from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault, pair_named
from tests.models import PAIRS, ModelPair

from .recorded import record_both

pytestmark = pytest.mark.filterwarnings(
    "ignore:When training, we now always track global mean:UserWarning"
)
HIDDEN = {
    "token and context in the wrong order",
    "channels permuted",
    "skipped and doubled features exchanged",
    "an output shifted",
    "Adam's epsilon",
}
"""Permutations, and a change far below the weights: no statistic shows where they begin."""
X = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_no_clean_pair_raises_an_alarm(pair: ModelPair, tmp_path: Path) -> None:
    models = pair.build_torch(), pair.build_paddle()
    padiff.assign_weight(*models)
    inputs = pair.torch_inputs(0), pair.paddle_inputs(0)
    report = padiff.compare_traces(*record_both(models, inputs, tmp_path, level="statistics"))
    assert report, str(report)
    assert report.level == "statistics"
    assert ", as far as statistics tell: largest error" in str(report).splitlines()[0]


@pytest.mark.parametrize("fault", FAULTS[::3], ids=lambda fault: f"{fault.pair}: {fault.name}")
def test_statistics_show_where_most_faults_are(fault: Fault, tmp_path: Path) -> None:
    pair, models = pair_named(fault.pair), fault.models()
    report = padiff.compare_traces(
        *record_both(
            models,
            (pair.torch_inputs(0), pair.paddle_inputs(0)),
            tmp_path,
            optimizers=fault.optimizers(*models) if fault.optimizers else None,
            steps=fault.steps,
            level="statistics",
        )
    )
    first = report.origins[0]
    found = (first.raw_path, first.phase, first.step) == (fault.path, fault.phase, fault.step)
    assert found == (fault.name not in HIDDEN)


def recorded(
    model: torch.nn.Module,
    path: Path,
    level: Literal["full", "statistics", "hash"],
    x: Any = X,
) -> padiff.Trace:
    with padiff.record(model, path, level=level), torch.no_grad():
        model(torch.from_numpy(x))
    return padiff.Trace(path)


class Flipped(torch.nn.Module):
    """Hands on what it is given, its rows the other way round."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flip(0)


def test_a_permutation_passes_by_statistics_and_the_report_says_so(tmp_path: Path) -> None:
    x = np.exp2(np.arange(6, dtype=np.float32)).reshape(3, 2)  # sums are exact, in whatever order
    base = recorded(torch.nn.Sequential(torch.nn.Identity()), tmp_path / "base", "statistics", x)
    raw = recorded(torch.nn.Sequential(Flipped()), tmp_path / "raw", "statistics", x)
    report = padiff.compare_traces(base, raw)
    assert report
    assert (
        "Of each tensor, only mean, mean size, RMS, least and greatest value were compared: what differs"
        " there differs, but a permutation, or errors that cancel, would not show."
    ) in report.notes
    notes = {tensor.note for unit in report.units for tensor in unit.produced}
    assert notes == {"the values differ, and none of the statistics shows it"}


def test_a_hash_tells_a_permutation(tmp_path: Path) -> None:
    base = recorded(torch.nn.Sequential(torch.nn.Identity()), tmp_path / "base", "hash")
    raw = recorded(torch.nn.Sequential(Flipped()), tmp_path / "raw", "hash")
    (origin,) = padiff.compare_traces(base, raw).origins
    assert (origin.raw_path, origin.phase) == ("0", "forward")


def test_equal_runs_have_equal_hashes(tmp_path: Path) -> None:
    model = torch.nn.Linear(6, 3)
    report = padiff.compare_traces(
        recorded(model, tmp_path / "base", "hash"), recorded(model, tmp_path / "raw", "hash")
    )
    assert report
    assert str(report).startswith("Aligned in forward, as far as hashes tell: identical")


@pytest.mark.parametrize("side", ["base", "raw"])
@pytest.mark.parametrize(
    ("finer", "level"), [("full", "statistics"), ("full", "hash"), ("statistics", "hash")]
)
def test_the_coarser_of_two_traces_decides(
    finer: Literal["full", "statistics"],
    level: Literal["statistics", "hash"],
    side: str,
    tmp_path: Path,
) -> None:
    model = torch.nn.Linear(6, 3)
    fine = recorded(model, tmp_path / "fine", finer)
    coarse = recorded(model, tmp_path / "coarse", level)
    report = padiff.compare_traces(*((coarse, fine) if side == "base" else (fine, coarse)))
    assert report
    assert report.level == level


@pytest.mark.parametrize("level", ["statistics", "hash"])
def test_a_nan_on_one_side_is_a_difference(
    level: Literal["statistics", "hash"], tmp_path: Path
) -> None:
    x = X.copy()
    x[1, 2] = np.nan
    model = torch.nn.Identity()
    base = recorded(model, tmp_path / "base", level)
    raw = recorded(model, tmp_path / "raw", level, x)
    assert not padiff.compare_traces(base, raw)


def test_whole_numbers_are_compared_by_their_hash(tmp_path: Path) -> None:
    one, other = np.array([1, 2, 3, 4]), np.array([1, 3, 2, 4])
    model = torch.nn.Identity()
    base = recorded(model, tmp_path / "base", "statistics", one)
    raw = recorded(model, tmp_path / "raw", "statistics", other)
    assert not padiff.compare_traces(base, raw)


def test_a_live_model_cannot_be_held_against_a_trace_without_values(tmp_path: Path) -> None:
    model = torch.nn.Linear(6, 3)
    recorded(model, tmp_path / "base", "hash")
    with pytest.raises(padiff.PadiffError) as error:
        padiff.align(tmp_path / "base", model)
    assert str(error.value) == (
        "The trace does not hold the values of its tensors.\n"
        f"  where:    {tmp_path / 'base'}\n"
        "  got:      level 'hash'\n"
        "  expected: level 'full'\n"
        "  hint:     record it again without level="
    )
