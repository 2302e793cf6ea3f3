"""Losses and layers that depend on derivatives, which a pass of their own computes through the same layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.compare import Metrics, Verdict
from padiff.errors import UsageError
from tests.align.nets import twin, values

X = values(8, 4)
Slopes = Callable[[Any, Any], Any]


def torch_slopes(of: torch.Tensor, by: torch.Tensor) -> Any:
    return torch.autograd.grad(of.sum(), by, create_graph=True)[0]


def paddle_slopes(of: Any, by: Any) -> Any:
    return paddle.grad(of.sum(), by, create_graph=True)[0]


def nets() -> tuple[torch.nn.Sequential, Any]:
    torch.manual_seed(0)
    base = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    raw = paddle.nn.Sequential(paddle.nn.Linear(4, 4), paddle.nn.Tanh(), paddle.nn.Linear(4, 1))
    padiff.assign_weight(base, raw)
    return base, raw


def penalised(slopes: Slopes, weight: Any, factor: float = 1.0) -> Callable[[Any], Any]:
    """A loss that depends on the slopes of the outputs, as a gradient penalty does."""
    return lambda output: (output**2).mean() + factor * (slopes(output, weight) ** 2).sum()


def test_a_loss_of_derivatives_agrees() -> None:
    base, raw = nets()
    losses = (
        penalised(torch_slopes, base[0].weight),
        penalised(paddle_slopes, raw[0].weight),
    )
    report = padiff.align(base, raw, X, loss=losses)
    assert report, report
    assert {unit.phase for unit in report.units} == {"forward", "backward"}
    names = [t.name for u in report.units if u.phase == "backward" for t in u.received]
    assert names.count("gradient of output") == len(names) == 4


def test_another_penalty_is_the_loss() -> None:
    base, raw = nets()
    losses = (
        penalised(torch_slopes, base[0].weight),
        penalised(paddle_slopes, raw[0].weight, 1.1),
    )
    report = padiff.align(base, raw, X, loss=losses)
    assert [(o.phase, o.base_class) for o in report.origins] == [("forward", "Sequential")]


class Force(torch.nn.Module):
    """The slopes of an energy by where it is taken."""

    def __init__(self, energy: torch.nn.Sequential, factor: float = -1.0) -> None:
        super().__init__()
        self.energy = energy
        self.factor = factor

    def forward(self, x: torch.Tensor) -> Any:
        x = x.detach().requires_grad_()
        return self.factor * torch_slopes(self.energy(x), x)


class PaddleForce(paddle.nn.Layer):
    """The same in paddle."""

    def __init__(self, energy: Any) -> None:
        super().__init__()
        self.energy = energy

    def forward(self, x: Any) -> Any:
        x = x.detach()
        x.stop_gradient = False
        return -paddle_slopes(self.energy(x), x)


def test_a_layer_that_takes_derivatives_agrees() -> None:
    base, raw = nets()
    report = padiff.align(Force(base), PaddleForce(raw), X, loss=lambda force: (force**2).sum())
    assert report, report
    assert {unit.phase for unit in report.units} == {"forward", "backward"}


def test_another_factor_behind_the_derivatives_is_found() -> None:
    base, raw = nets()
    report = padiff.align(Force(base, -1.01), PaddleForce(raw), X)
    assert [(o.phase, o.base_class) for o in report.origins] == [("forward", "Force")]


@pytest.mark.parametrize("options", [{}, {"tolerance": "auto"}])
def test_a_fault_of_the_backward_pass_alone_is_found(options: dict[str, Any]) -> None:
    base = Force(nets()[0])
    raw = twin(base)
    assert padiff.align(base, raw, X, **options)
    weight: Any = raw.energy[0].weight
    weight.register_hook(lambda gradient: gradient * 1.001)
    report = padiff.align(base, raw, X, **options)
    assert [(o.phase, o.base_path) for o in report.origins] == [("backward", "energy.0")]


def test_single_steps_are_refused_going_backward() -> None:
    base, _ = nets()
    with pytest.raises(UsageError) as caught:
        padiff.align(Force(base), Force(twin(base)), X, single_step=True)
    assert str(caught.value) == (
        "single_step=True cannot go backward here: gradients of gradients pass by what layers are fed.\n"
        "  got:      a loss or a model that depends on derivatives\n"
        '  hint:     leave single_step out, or pass phase="forward" with it'
    )
    raw = twin(base)
    loss = penalised(torch_slopes, base[0].weight)
    assert padiff.align(base, raw, X, loss=loss, single_step=True, phase="forward")


def test_rounding_is_told_by_a_run_that_is_not_fed() -> None:
    base, raw = nets()
    report = padiff.align(
        Force(base),
        PaddleForce(raw),
        X,
        loss=lambda force: 1e6 * (force**2).sum(),
        tolerance="auto",
    )
    assert report, report
    tensors = [t for u in report.units for t in (*u.received, *u.produced) if u.phase == "backward"]
    assert {t.verdict for t in tensors} <= {Verdict.IDENTICAL, Verdict.ROUNDING}
    floors = [
        t.floor.max_abs / t.measured.rms_base
        for t in tensors
        if isinstance(t.measured, Metrics) and t.floor
    ]
    assert max(floors) < 1e-4
