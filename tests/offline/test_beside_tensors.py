"""Recorded models that return numbers or text beside tensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import Linear

import padiff
from padiff.trace.index import Level
from tests.align.nets import Net, twin
from tests.offline.leveled import LEVELS, X, compared

FC = Linear(6, 3)


def net(*beside: Any, first: bool = False) -> Net:
    def run(self: Any, x: Any) -> Any:
        y = self.fc(x)
        return (*beside, y) if first else (y, *beside)

    return twin(Net(run, fc=FC))


@pytest.mark.parametrize("level", LEVELS)
def test_of_two_recorded_runs_they_are_compared(tmp_path: Path, level: Level) -> None:
    report = compared(net(2.0, "text"), net(2.0, "text"), tmp_path / "same", level)
    assert report, report
    for name, other in (("number", (3.0, "text")), ("text", (2.0, "next"))):
        report = compared(net(2.0, "text"), net(*other), tmp_path / name, level)
        (origin,) = report.origins
        assert (origin.phase, origin.base_path) == ("forward", "")
        assert origin.what == ("output 1" if name == "number" else "output 2")


@pytest.mark.parametrize("names", [("0", "1"), ("number", "logits")])
def test_a_live_model_is_held_against_them(tmp_path: Path, names: tuple[str, str]) -> None:
    def live(number: float) -> Net:
        def run(self: Any, x: Any) -> Any:
            found = (number, self.fc(x))
            return found if names == ("0", "1") else dict(zip(names, found, strict=True))

        return twin(Net(run, fc=FC))

    base = live(2.0)
    with padiff.record(base, tmp_path / "t", inputs=True):
        _, y = tuple(o.values()) if isinstance(o := base(torch.from_numpy(X)), dict) else o
        torch.autograd.backward([y.square().mean()])
    report = padiff.align(tmp_path / "t", net(2.0, first=True))
    assert report, report
    assert {unit.phase for unit in report.units} == {"forward", "backward"}
    (origin,) = padiff.align(tmp_path / "t", net(3.0, first=True)).origins
    assert (origin.phase, origin.base_path, origin.what) == ("forward", "", f"output {names[0]}")
