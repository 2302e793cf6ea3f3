"""Dumps of a torch model held against those of a paddle model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from padiff.checker import check_grads, check_params, check_report, check_weights
from tests.align.nets import Net, PaddleNet, values

pytestmark = pytest.mark.filterwarnings(
    "ignore:When training, we now always track global mean:UserWarning"
)
CHECKS = (check_report, check_params, check_weights, check_grads)


def run(self: Any, x: Any) -> Any:
    x = self.norm(self.fc(x).reshape([-1, 4])).reshape([6, 7, 4])
    attended = self.attention(x, x, x)
    attended = attended[0] if isinstance(attended, tuple) else attended
    return self.lstm(attended)[0]


def pair() -> tuple[Net, PaddleNet]:
    torch.manual_seed(0)
    base = Net(
        run,
        fc=torch.nn.Linear(3, 4),
        attention=torch.nn.MultiheadAttention(4, 2, batch_first=True),
        lstm=torch.nn.LSTM(4, 5, batch_first=True),
        norm=torch.nn.BatchNorm1d(4),
    )
    raw = PaddleNet(
        run,
        fc=paddle.nn.Linear(3, 4),
        attention=paddle.nn.MultiHeadAttention(4, 2),
        lstm=paddle.nn.LSTM(4, 5),
        norm=paddle.nn.BatchNorm1D(4),
    )
    padiff.assign_weight(base, raw)
    return base, raw


def train(folder: Path, base: Any, raw: Any, steps: int = 3) -> tuple[Path, Path]:
    """Both train and dump, as PaDiff's users do it."""
    models = padiff.create_model(base), padiff.create_model(raw)
    optimizers = (
        torch.optim.SGD(base.parameters(), 0.1),
        paddle.optimizer.SGD(0.1, parameters=raw.parameters()),
    )
    for step in range(steps):
        x = values(6, 7, 3, seed=step)
        for model, tensor in zip(models, (torch.tensor(x), paddle.to_tensor(x)), strict=True):
            model.backward((model(tensor) ** 2).mean())
        optimizers[0].step()
        optimizers[0].zero_grad()
        optimizers[1].step()
        optimizers[1].clear_grad()
        for model, side in zip(models, ("base", "raw"), strict=True):
            model.try_dump(folder / side / f"step_{step}" / "rank_0")
    return folder / "base", folder / "raw"


def test_a_right_pair_passes_every_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dumped = train(tmp_path, *pair())
    assert [check(*dumped) for check in CHECKS] == [True] * 4
    assert check_report(*dumped, {"atol": 1e-5, "compare_mode": "strict"}) is True
    assert check_params(*dumped, {"atol": 1e-4, "compare_mode": "strict"}) is True
    assert capsys.readouterr().out == ""


def test_in_the_other_direction_too(tmp_path: Path) -> None:
    base, raw = train(tmp_path, *pair())
    assert [check(raw, base) for check in CHECKS] == [True] * 4


@pytest.mark.parametrize(
    "name", ["fc.weight", "attention.k_proj.weight", "lstm.weight_hh_l0", "norm.bias"]
)
def test_a_wrong_weight_fails_them(name: str, tmp_path: Path) -> None:
    base, raw = pair()
    state = raw.state_dict()[name]
    state.set_value(state.numpy()[..., ::-1].copy() + 0.1)
    dumped = train(tmp_path, base, raw, steps=1)
    assert [check(*dumped) for check in (check_report, check_params, check_weights)] == [False] * 3


def test_a_transposed_square_weight_fails(tmp_path: Path) -> None:
    base, raw = torch.nn.Linear(4, 4), paddle.nn.Linear(4, 4)
    padiff.assign_weight(base, raw)
    raw.weight.set_value(raw.weight.numpy().T.copy())
    padiff.create_model(base).dump_weights(tmp_path / "base")
    padiff.create_model(raw).dump_weights(tmp_path / "raw")
    assert check_weights(tmp_path / "base", tmp_path / "raw") is False


def dumped_variance(folder: Path, base: Any, raw: Any) -> bool:
    """Whether two running variances pass."""
    models = torch.nn.BatchNorm1d(3), paddle.nn.BatchNorm1D(3)
    models[0].running_var = torch.tensor(base)
    models[1]._variance.set_value(np.asarray(raw, np.float32))
    padiff.create_model(models[0]).dump_weights(folder / "base")
    padiff.create_model(models[1]).dump_weights(folder / "raw")
    return check_weights(folder / "base", folder / "raw")


def test_running_variances_may_differ_as_the_frameworks_count_them(tmp_path: Path) -> None:
    unbiased = [2.0, 3.0, 4.0]
    assert dumped_variance(tmp_path / "equal", unbiased, unbiased) is True
    assert dumped_variance(tmp_path / "counted", unbiased, [1.9, 2.9, 3.9]) is True
    assert dumped_variance(tmp_path / "bounds", [0.0, 2.0, 4.0], [0.0, 2.0, 2.0]) is True
    assert dumped_variance(tmp_path / "other way", unbiased, [2.1, 3.1, 4.1]) is False
    assert dumped_variance(tmp_path / "too far", unbiased, [0.9, 2.9, 3.9]) is False


def test_running_variances_of_one_framework_may_not(tmp_path: Path) -> None:
    for side, variance in (("base", 1.0), ("raw", 0.9)):
        model = torch.nn.BatchNorm1d(3)
        model.running_var = torch.full((3,), variance)
        padiff.create_model(model).dump_weights(tmp_path / side)
    assert check_weights(tmp_path / "base", tmp_path / "raw") is False
