"""PaDiff's default tolerances failed every right float32 pair, ten of ten."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import paddle
import torch

import padiff
from padiff.checker import check_params, check_report
from tests.align.nets import values


def pair(seed: int) -> tuple[Any, Any]:
    torch.manual_seed(seed)
    sizes = (64, 128, 32, 8)
    models = []
    for nn in (torch.nn, paddle.nn):
        layers: list[Any] = []
        for inputs, outputs in pairwise(sizes):
            layers += [nn.Linear(inputs, outputs), nn.GELU()]
        models.append(nn.Sequential(*layers))
    padiff.assign_weight(*models)
    return models[0], models[1]


def test_ten_of_ten_pass(tmp_path: Path) -> None:
    for seed in range(10):
        models, x = pair(seed), values(16, 64, seed=seed)
        assert padiff.auto_diff(*models, (x, x)) is True
        tensors = torch.tensor(x), paddle.to_tensor(x)
        for side, model, tensor in zip(("base", "raw"), models, tensors, strict=True):
            proxy = padiff.create_model(model)
            proxy.backward(proxy(tensor).mean())
            proxy.try_dump(tmp_path / str(seed) / side)
        for check in (check_report, check_params):
            assert check(tmp_path / str(seed) / "base", tmp_path / str(seed) / "raw") is True
