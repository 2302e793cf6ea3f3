"""Rounding that was recorded tells rounding from difference, with values and with statistics alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import Linear

import padiff
from padiff.compare.verdict import Verdict
from padiff.trace.index import Level
from tests.align.nets import Net

X = torch.linspace(-1, 1, 24).reshape(4, 6)


def forward_rounds(self: Any, x: torch.Tensor) -> dict[str, torch.Tensor]:
    y: torch.Tensor = self.a(x)
    return {"y": (y + 1e4) - 1e4}


def backward_rounds(self: Any, x: torch.Tensor) -> dict[str, torch.Tensor]:
    """What is added is exactly 0; of its gradient, that of y loses what 1e4 of it has no place for."""
    y: torch.Tensor = self.a(x)
    return {"y": y + (1e4 * y - 1e4 * y)}


def recorded(run: Any, path: Path, level: Level, *, rounding: bool) -> padiff.Trace:
    torch.manual_seed(0)
    model = Net(run, a=Linear(6, 4))
    with padiff.record(model, path, level=level, rounding=rounding):
        torch.autograd.backward([(model(X)["y"] * X[:, :4]).sum()])
    return padiff.Trace(path)


@pytest.mark.parametrize("level", ["full", "statistics"])
@pytest.mark.parametrize(
    ("run", "phase"), [(forward_rounds, "forward"), (backward_rounds, "backward")]
)
def test_rounding_is_told_from_a_difference_where_it_was_recorded(
    run: Any, phase: str, level: Level, tmp_path: Path
) -> None:
    raw = recorded(lambda self, x: {"y": self.a(x) * 1.0}, tmp_path / "raw", level, rounding=False)
    base = recorded(run, tmp_path / "base", level, rounding=False)
    assert [o.phase for o in padiff.compare_traces(base, raw).origins][:1] == [phase]
    base = recorded(run, tmp_path / "base", level, rounding=True)
    report = padiff.compare_traces(base, raw)
    assert report
    rounded = {
        unit.phase
        for unit in report.units
        for tensor in (*unit.received, *unit.produced)
        if tensor.verdict is Verdict.ROUNDING and tensor.floor is not None
    }
    assert phase in rounded
    assert not padiff.compare_traces(base, raw, atol=0.0, rtol=0.0)
