"""PaDiff checked the first of several step folders, and answered for all."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import padiff
from padiff.checker import check_params, check_report
from padiff.errors import TraceError


def dump(folder: Path, scales: list[float]) -> Path:
    torch.manual_seed(0)
    model = padiff.create_model(torch.nn.Linear(2, 2))
    for step, scale in enumerate(scales):
        with torch.no_grad():
            model.model.weight.fill_(scale)
        model.backward(model(torch.ones(3, 2)).sum())
        model.try_dump(folder / f"step_{step}" / "rank_0")
    return folder


def test_a_later_step_that_differs(tmp_path: Path) -> None:
    base, raw = dump(tmp_path / "base", [1, 1, 1]), dump(tmp_path / "raw", [1, 1, 2])
    assert check_report(base, raw) is False
    assert check_params(base, raw) is False


def test_a_step_more_on_one_side(tmp_path: Path) -> None:
    base, raw = dump(tmp_path / "base", [1, 1]), dump(tmp_path / "raw", [1])
    with pytest.raises(TraceError, match="did not dump the same steps"):
        check_report(base, raw)
