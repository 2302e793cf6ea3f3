"""Recorded runs compared so that they can be judged again."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import padiff
from padiff.compare.metrics import Metrics


@pytest.mark.parametrize("detail", [False, True])
def test_detail_is_measured_where_it_is_asked_for(detail: bool, tmp_path: Path) -> None:
    model = torch.nn.Linear(3, 2)
    for side in ("base", "raw"):
        with padiff.record(model, tmp_path / side):
            model(torch.ones(4, 3)).sum().backward()
    report = padiff.compare_traces(tmp_path / "base", tmp_path / "raw", detail=detail)
    measured = [t.measured for unit in report.units for t in unit.produced]
    assert len(measured) == 4
    for found in measured:
        assert isinstance(found, Metrics)
        assert (found.envelope is not None) is detail
        assert found.identical
