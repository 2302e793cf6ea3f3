"""A wrong loss function is found, and a right one raises no alarm."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import pytest
import torch
from torch.nn import Dropout, Linear

import padiff
from padiff.compare.rules import Rule, Tolerances
from padiff.report.account import account
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)
RELU = torch.nn.functional.relu


def square(output: Any) -> Any:
    return (output * output).sum()


def wrong_layer(raw: Net, name: str) -> Net:
    with torch.no_grad():
        getattr(raw, name).weight.mul_(2)
    return raw


def places(report: padiff.AlignmentReport) -> list[tuple[str, str, str]]:
    return [(origin.phase, origin.base_path, origin.what) for origin in report.origins]


@pytest.mark.parametrize("single_step", [False, True])
@pytest.mark.parametrize(
    "wrong", [lambda y: square(y) + 1, lambda y: 2 * square(y)], ids=["+ 1", "* 2"]
)
def test_losses_that_differ_although_the_outputs_agree(wrong: Any, single_step: bool) -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X, loss=(square, wrong), single_step=single_step)
    assert places(report) == [("forward", "", "loss")]
    assert report.origins[0].hints == ()


def test_the_report_names_the_loss() -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X, loss=(square, lambda y: square(y) + 1))
    first, _, meaning, tensor, *_ = str(report).splitlines()
    assert first == "Not aligned: they part in forward, at the loss"
    assert meaning == "  outputs agree, losses do not: the loss functions"
    assert tensor == "  loss: 1 of 1 element is out of tolerance (100%)"


def test_losses_of_equal_values_and_other_gradients() -> None:
    base = chain(4, 4)
    report = padiff.align(
        base, twin(base), X, loss=(square, lambda y: square(y.detach()) * 2 - square(y))
    )
    assert places(report) == [("backward", "", "gradient of output")]
    told = account(report, report.origins[0])
    assert told.place == "backward, at the loss"
    assert told.meaning == "losses agree, their gradients do not: the loss functions"


def test_a_wrong_layer_explains_losses_that_differ() -> None:
    base = chain(4, 4, 4)
    report = padiff.align(base, wrong_layer(twin(base), "b"), X, loss=square)
    assert places(report) == [("forward", "b", "output")]


def test_single_step_sees_a_wrong_layer_and_a_wrong_loss() -> None:
    base = chain(4, 4, 4)
    raw = wrong_layer(twin(base), "a")
    report = padiff.align(
        base, raw, X, loss=(square, lambda y: square(y) + 1), single_step=True, phase="both"
    )
    assert places(report) == [("forward", "a", "output"), ("forward", "", "loss")]


def test_single_step_sees_a_wrong_gradient_behind_a_wrong_loss() -> None:
    base = chain(4, 4, 4)
    raw = twin(base)
    raw.b.weight.register_hook(lambda gradient: gradient * 2)
    report = padiff.align(base, raw, X, loss=(square, lambda y: 2 * square(y)), single_step=True)
    assert places(report) == [("forward", "", "loss"), ("backward", "b", "gradient of weight")]


def test_one_output_computed_from_another() -> None:
    base = Net(
        lambda self, x: (h := self.a(x), self.b(h)),
        a=Linear(4, 4),
        b=Net(lambda self, h: self.fc(h), fc=Linear(4, 4)),
    )
    raw = twin(base)
    raw.b.run = lambda self, h: self.fc(h.detach()) + h - h.detach()
    report = padiff.align(base, raw, X, loss=lambda y: square(y[0]) + square(y[1]))
    assert places(report) == [("backward", "b", "gradient of input args.0")]


def test_a_small_loss_is_measured_by_its_own_size() -> None:
    base = chain(4, 4)
    report = padiff.align(
        base, twin(base), X, loss=(lambda y: 1e-9 * square(y), lambda y: 1.01e-9 * square(y))
    )
    assert places(report) == [("forward", "", "loss")]


def test_terms_that_cancel() -> None:
    """The terms are a million times their sum: another order is another sum."""
    base = Net(lambda self, x: x * self.a, a=torch.nn.Parameter(torch.tensor(1e4)))
    half = values(512, 512)
    x = np.concatenate([half, -half[::-1] + np.float32(1e-7)])

    def reordered(y: Any) -> Any:
        return y.flatten().cumsum(0)[-1]

    report = padiff.align(base, twin(base), x, loss=(torch.sum, reordered))
    assert report.losses[0][0] != pytest.approx(report.losses[0][1], rel=1e-4)
    assert report


def test_a_loss_that_enlarges_what_the_outputs_are_allowed() -> None:
    base = Net(lambda self, x: self.a(x) * 1e-4, a=Linear(4, 4))
    raw = twin(base)
    with torch.no_grad():
        raw.a.bias += 1e-2  # 1e-6 in the outputs, which is within the default
    report = padiff.align(base, raw, X, loss=lambda y: square(y * 1e4))
    assert ("forward", "", "loss") not in places(report)


def test_a_kink_in_the_loss_where_outputs_round_otherwise() -> None:
    base = Net(lambda self, x: self.a(x), a=Linear(4, 64))
    raw = twin(base)
    raw.run = lambda self, x: self.a(x) * (1 + 2**-22)
    target = base(torch.tensor(X)).detach()
    assert padiff.align(base, raw, X, loss=lambda y: (y - target).abs().sum())


def test_a_loss_that_rounds_within() -> None:
    base = chain(4, 4)
    losses = (lambda y: (y + 1e4).sum() - 12e4), (lambda y: (y + 1e4 - 1e4).sum())
    report = padiff.align(base, twin(base), X, loss=losses)
    assert report.losses[0][0] != pytest.approx(report.losses[0][1], rel=1e-3)
    assert report


def test_the_gradient_of_a_loss_is_settled_where_base_took_it() -> None:
    """In float64, three elements would be at the other side of the kink."""
    base = Net(
        lambda self, x: self.same(x) * self.a,
        same=torch.nn.Identity(),
        a=torch.nn.Parameter(torch.tensor(1 / 3)),
    )
    x = values(256, 256)
    target = torch.zeros(256, 256)
    target[0, :3] = (torch.tensor(x) * base.a).detach()[0, :3]

    def ours(y: Any) -> Any:
        return (y - target).abs().sum()

    def theirs(y: Any) -> Any:
        return ours(y) + 5e-3 * (ours(y) - ours(y).detach())

    report = padiff.align(base, twin(base), x, loss=(ours, theirs))
    assert places(report) == [("backward", "", "gradient of output")]


def test_a_detached_output_is_no_wrong_loss() -> None:
    base = chain(4, 4)
    raw = twin(base)
    raw.run = lambda self, x: torch.tanh(self.a(x)).detach()
    report = padiff.align(base, raw, X, loss=square)
    assert places(report) == [("backward", "", "gradient of output")]
    assert account(report, report.origins[0]).place == "backward at (root), before a, call 0"


def test_no_gradient_at_all() -> None:
    base = chain(4, 4).requires_grad_(requires_grad=False)
    report = padiff.align(base, twin(base), X, loss=square)
    assert report
    assert report.notes == ("No gradient flows to the outputs of either model.",)
    assert "backward" not in {unit.phase for unit in report.units}
    assert not padiff.align(base, twin(base), X, loss=(square, lambda y: 2 * square(y)))


def test_what_the_lint_says_of_layers_does_not_explain_a_loss() -> None:
    base = Net(lambda self, x: self.drop(self.a(x)), a=Linear(4, 4), drop=Dropout(0.5)).eval()
    raw = twin(base)
    raw.drop.p = 0.1
    report = padiff.align(base, raw, X, loss=(square, lambda y: square(y) + 1))
    assert places(report) == [("forward", "", "loss")]
    assert len(report.findings) == 1
    assert report.origins[0].findings == ()


@pytest.mark.parametrize(
    ("run", "place"),
    [
        (
            lambda self, x: self.b(self.a(x) * 2),
            "forward at (root), between a and b, call 0",
        ),
        (lambda self, x: self.b(self.a(x)) * 2, "forward at (root), call 0"),
    ],
    ids=["between layers", "behind them"],
)
def test_code_of_the_model_is_told_from_the_loss(run: Any, place: str) -> None:
    base = Net(lambda self, x: self.b(self.a(x)), a=Linear(4, 4), b=Linear(4, 4))
    raw = twin(base)
    raw.run = run
    losses = square, lambda y: square(y) + 1
    report = padiff.align(base, raw, X, loss=losses, single_step=True)
    told = [account(report, origin).place for origin in report.origins]
    assert told == [place, "forward, at the loss"]


def test_the_gradients_of_code_are_told_from_those_of_the_loss() -> None:
    base = Net(lambda self, x: self.b(self.a(x)), a=Linear(4, 4), b=Linear(4, 4))
    raw = twin(base)
    raw.run = lambda self, x: self.b(2 * (h := self.a(x)) - h.detach())
    losses = square, lambda y: 2 * square(y) - square(y).detach()
    report = padiff.align(base, raw, X, loss=losses, single_step=True)
    told = [account(report, origin).place for origin in report.origins]
    assert told == ["backward, at the loss", "backward at (root), between b and a, call 0"]


def test_stated_tolerances_hold_for_the_loss() -> None:
    base = chain(4, 4)
    raw = twin(base)
    losses = square, lambda y: square(y) + 1e-3
    assert padiff.align(base, raw, X, loss=losses, atol=2e-3, rtol=0.0, phase="both")
    assert not padiff.align(base, raw, X, loss=losses, atol=5e-4, rtol=0.0)
    rules = Rule("*", atol=1e-6, rtol=1e-6), Rule("", atol=2e-3)
    assert padiff.align(base, raw, X, loss=losses, tolerance=Tolerances(rules))


def test_the_step_is_named() -> None:
    base = chain(4, 4)
    raw = twin(base)
    called: list[Any] = []

    def drifting(output: Any) -> Any:
        called.append(output)
        return square(output) + (len(called) > 1)

    optimizers = torch.optim.SGD(base.parameters(), 0.1), torch.optim.SGD(raw.parameters(), 0.1)
    report = padiff.align(base, raw, X, loss=(square, drifting), optimizers=optimizers, steps=3)
    assert places(report) == [("forward", "", "loss")]
    assert report.origins[0].step == 1
    assert str(report).splitlines()[0] == "Not aligned: they part in forward, at the loss, step 1"


def test_dropout() -> None:
    base = Net(lambda self, x: RELU(self.drop(self.a(x))), a=Linear(4, 4), drop=Dropout(0.5))
    raw = twin(base)
    x = values(64, 4)
    torch.manual_seed(0)
    report = padiff.align(base, raw, x, loss=square, dropout="synced")
    assert report
    raw.drop.p = 0.9
    report = padiff.align(base, raw, x, loss=square)
    assert places(report) == [("forward", "drop", "output")]


def test_label_smoothing_that_one_side_has() -> None:
    base, raw = torch.nn.Linear(4, 5), paddle.nn.Linear(4, 5)
    labels = [0, 4, 2]

    def ours(output: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(output, torch.tensor(labels), label_smoothing=0.1)

    def theirs(output: paddle.Tensor, share: float) -> paddle.Tensor:
        loss: paddle.Tensor = paddle.nn.functional.cross_entropy(
            output, paddle.to_tensor(labels), label_smoothing=share
        )
        return loss

    def right(output: paddle.Tensor) -> paddle.Tensor:
        return theirs(output, 0.1)

    def wrong(output: paddle.Tensor) -> paddle.Tensor:
        return theirs(output, 0.0)

    assert padiff.align(base, raw, X, init=True, loss=(ours, right))
    assert places(padiff.align(base, raw, X, loss=(ours, wrong))) == [("forward", "", "loss")]
