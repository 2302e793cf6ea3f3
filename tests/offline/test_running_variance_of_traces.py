"""Running variances of two frameworks that were moved apart by steps that were not recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from padiff.protocols import Array


@pytest.mark.filterwarnings("ignore:When training, we now always track global mean:UserWarning")
def test_what_they_were_apart_is_no_part_of_a_recorded_step(tmp_path: Path) -> None:
    base, raw = torch.nn.BatchNorm1d(3), paddle.nn.BatchNorm1D(3)
    padiff.assign_weight(base, raw)

    def recorded(model: Any, side: str, made: Any) -> Path:
        draw = np.random.default_rng(0)
        with padiff.record(model, tmp_path / side, steps=2, every=2):
            for _ in range(3):
                values: Array = draw.standard_normal((6, 3)).astype(np.float32)
                model(made(values))
        return tmp_path / side

    report = padiff.compare_traces(
        recorded(base, "base", torch.from_numpy), recorded(raw, "raw", paddle.to_tensor)
    )
    assert report, str(report)
    found = [t for unit in report.units for t in unit.produced if t.name == "running_var"]
    assert [t.note for t in found] == ["base's, corrected for the unbiased variance"] * 2
