"""PaDiff deleted a folder of the model's name, and the one a dump went to, whatever was in them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import padiff


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("padiff.dumping.root._chosen", [str(tmp_path)])
    folder = tmp_path / "net"
    (folder / "step_0" / "rank_0").mkdir(parents=True)
    for place in (folder, folder / "step_0", folder / "step_0" / "rank_0"):
        (place / "thesis.tex").write_text("years of work")
    return folder


def left(folder: Path) -> int:
    return sum(path.read_text() == "years of work" for path in folder.rglob("thesis.tex"))


def test_by_giving_a_model_a_name(mine: Path) -> None:
    padiff.create_model(torch.nn.Linear(2, 2), name="net")
    assert left(mine) == 3


def test_by_dumping(mine: Path) -> None:
    model = padiff.create_model(torch.nn.Linear(2, 2), name="net")
    for path in (None, mine, mine / "step_0"):
        model(torch.ones(1, 2))
        model.try_dump(path)
    assert left(mine) == 3
