"""Where nothing can be tried, a report says at least that the weights differed already."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
import torch

import padiff

Change: TypeAlias = Callable[[torch.Tensor], torch.Tensor]
X = np.random.default_rng(0).standard_normal((4, 5)).astype(np.float32)


def recorded(model: torch.nn.Module, path: Path, *, weights: bool = True) -> padiff.Trace:
    with padiff.record(model, path, weights=weights), torch.no_grad():
        model(torch.from_numpy(X))
    return padiff.Trace(path)


def two() -> tuple[torch.nn.Linear, torch.nn.Linear]:
    base, raw = torch.nn.Linear(5, 5), torch.nn.Linear(5, 5)
    padiff.assign_weight(base, raw)
    return base, raw


def test_a_transposed_weight_is_named(tmp_path: Path) -> None:
    base, raw = two()
    with torch.no_grad():
        raw.weight.copy_(base.weight.T.clone())
    report = padiff.compare_traces(recorded(base, tmp_path / "b"), recorded(raw, tmp_path / "r"))
    assert (
        "At (root) the weights differed before the step: raw's weight is base's, transposed."
        in (report.notes)
    )


def test_weights_that_follow_from_bases_are_described_tensor_by_tensor(tmp_path: Path) -> None:
    base, raw = two()
    with torch.no_grad():
        raw.weight.mul_(1.5)
        raw.bias.copy_(base.bias.roll(1))
    report = padiff.compare_traces(recorded(base, tmp_path / "b"), recorded(raw, tmp_path / "r"))
    assert (
        "At (root) the weights differed before the step: in weight, raw is 1.5 times base; "
        "in bias, along axis 0, raw is base shifted by 1, around the end." in report.notes
    )


def test_a_tensor_that_is_apart_by_rounding_alone_needs_no_description(tmp_path: Path) -> None:
    base, raw = two()
    with torch.no_grad():
        raw.weight.copy_(base.weight.flip(0))
        raw.bias.mul_(1 + 2**-23)
    report = padiff.compare_traces(recorded(base, tmp_path / "b"), recorded(raw, tmp_path / "r"))
    note = "At (root) the weights differed before the step: in weight, along axis 0, raw is base flipped."
    assert note in report.notes


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda weight: weight**2, id="nothing explains one of them"),
        # Of outputs this would be a bias that one side has not.
        pytest.param(lambda weight: weight + torch.arange(5.0), id="a vector added"),
    ],
)
def test_other_weights_are_named(change: Change, tmp_path: Path) -> None:
    base, raw = two()
    with torch.no_grad():
        raw.weight.copy_(change(base.weight))
        raw.bias.mul_(2)
    report = padiff.compare_traces(recorded(base, tmp_path / "b"), recorded(raw, tmp_path / "r"))
    assert "At (root) the weights differed before the step: the weights differ (weight, bias)." in (
        report.notes
    )


def test_equal_weights_and_weights_that_were_not_recorded_are_not_spoken_of(tmp_path: Path) -> None:
    base, raw = two()
    off = torch.nn.Sequential(raw, torch.nn.ReLU())
    base_run = recorded(torch.nn.Sequential(base, torch.nn.ReLU6()), tmp_path / "b")
    assert not any(
        "weights" in note
        for note in padiff.compare_traces(base_run, recorded(off, tmp_path / "r")).notes
    )
    with torch.no_grad():
        raw.weight.mul_(1.5)
    bare = recorded(off, tmp_path / "r2", weights=False)
    report = padiff.compare_traces(base_run, bare)
    assert not report
    assert not any("weights" in note for note in report.notes)
