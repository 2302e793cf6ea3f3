"""Runs of paddle that somebody else makes: minimize, scalers, recomputation of a whole model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import paddle
import pytest
from paddle.distributed.fleet.utils import recompute

import padiff
from padiff.trace.trace import Trace
from tests.trace.recording import paths_of

pytestmark = pytest.mark.filterwarnings(
    "ignore:(amp_guard|AmpScaler) can only be enabled on:UserWarning"
)


def linear_chain() -> Any:
    paddle.seed(0)
    return paddle.nn.Sequential(paddle.nn.Linear(4, 4), paddle.nn.ReLU(), paddle.nn.Linear(4, 2))


def loss_of(model: Any) -> Any:
    return (model(paddle.ones([3, 4])) ** 2).sum()


def plainly(optimizer: Any, loss: Any) -> None:
    loss.backward()
    optimizer.minimize(loss)


def scaled(optimizer: Any, loss: Any) -> None:
    scaler = paddle.amp.GradScaler()
    scaled = scaler.scale(loss)
    scaled.backward()
    scaler.minimize(optimizer, scaled)


@pytest.mark.parametrize("minimize", [plainly, scaled])
def test_minimize_is_one_step(tmp_path: Path, minimize: Any) -> None:
    model = linear_chain()
    optimizer = paddle.optimizer.Momentum(0.1, 0.9, parameters=model.parameters())
    weights = [model[2].bias.numpy()]
    with padiff.record(model, tmp_path / "t", steps=2, optimizer=optimizer):
        for _ in range(3):
            minimize(optimizer, loss_of(model))
            optimizer.clear_grad()
            weights.append(model[2].bias.numpy())
    trace = Trace(tmp_path / "t")
    for number, step in enumerate(trace.steps):
        assert paths_of(trace, step) == ["", "0", "1", "2"]
        assert np.array_equal(trace.tensor(step.updated["3/bias"]), weights[number + 1])
        assert np.abs(trace.tensor(step.gradients["3/bias"])).max() > 0
    assert "minimize" not in vars(optimizer)
    assert "step" not in vars(optimizer)


def test_gradients_that_are_cleared_to_zero_after_the_step_were_not_zero(tmp_path: Path) -> None:
    model = linear_chain()
    optimizer = paddle.optimizer.SGD(0.1, model.parameters())
    with padiff.record(model, tmp_path / "t"):
        loss_of(model).backward()
        optimizer.step()
        optimizer.clear_grad()
        loss_of(model)
    trace = Trace(tmp_path / "t")
    assert len(trace.steps[0].gradients) == 4
    for number in trace.steps[0].gradients.values():
        assert np.abs(trace.tensor(number)).max() > 0


@pytest.mark.parametrize("watched", [True, False])
def test_a_whole_model_that_is_recomputed(tmp_path: Path, watched: bool) -> None:
    model = linear_chain()
    optimizer = paddle.optimizer.SGD(0.1, model.parameters())
    with padiff.record(model, tmp_path / "t", steps=2, optimizer=optimizer if watched else None):
        for _ in range(3):
            x = paddle.ones([3, 4])
            x.stop_gradient = False
            (recompute(model, x) ** 2).sum().backward()
            optimizer.step()
            optimizer.clear_grad()
    trace = Trace(tmp_path / "t")
    assert [paths_of(trace, step) for step in trace.steps] == [["", "0", "1", "2"]] * 2
    assert all(step.backward and len(step.gradients) == 4 for step in trace.steps)


def test_running_statistics_are_kept_up_though_paddle_has_them_as_parameters(
    tmp_path: Path,
) -> None:
    model = paddle.nn.BatchNorm1D(4, use_global_stats=None)
    with (
        pytest.warns(UserWarning, match="we now always track"),
        padiff.record(model, tmp_path / "t", weights=False),
    ):
        model(paddle.rand([3, 4]))
    trace = Trace(tmp_path / "t")
    assert sorted(trace.steps[0].buffers) == ["0/running_mean", "0/running_var"]
    assert sorted(trace.index.initial) == ["0/running_mean", "0/running_var"]
