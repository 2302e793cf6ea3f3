"""With `single_step`, each layer is fed what base's had, so independent faults show by themselves."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import Linear

import padiff
from tests.align.nets import Net, PaddleNet, chain, twin, values

X = values(3, 4)


def with_faults(base: Net, *names: str) -> Net:
    raw = twin(base)
    for name in names:
        with torch.no_grad():
            getattr(raw, name).bias[0] += 0.5
    return raw


def places(report: padiff.AlignmentReport) -> list[tuple[str, str]]:
    return [(origin.phase, origin.raw_path) for origin in report.origins]


@pytest.fixture
def base() -> Net:
    return chain(4, 4, 4, 4, 4)


def test_the_first_fault_alone_without_it(base: Net) -> None:
    report = padiff.align(base, with_faults(base, "b", "d"), X)
    assert places(report) == [("forward", "b")]


def test_two_independent_faults_with_it(base: Net) -> None:
    report = padiff.align(base, with_faults(base, "b", "d"), X, single_step=True)
    assert places(report) == [("forward", "b"), ("forward", "d")]


def test_what_follows_a_fault_agrees_with_it(base: Net) -> None:
    report = padiff.align(base, with_faults(base, "b"), X, single_step=True)
    forward = {u.base_path: u.agrees for u in report.units if u.phase == "forward"}
    assert forward["b"] is False
    assert (forward["a"], forward["c"], forward["d"]) == (True, True, True)


def test_no_fault(base: Net) -> None:
    assert padiff.align(base, twin(base), X, single_step=True)


class Scaled(torch.autograd.Function):
    """The identity, with another gradient."""

    @staticmethod
    def forward(_: Any, x: Any) -> Any:
        return x * 1

    @staticmethod
    def backward(_: Any, *gradients: Any) -> Any:
        return gradients[0] * 1.5


scaled: Any = Scaled.apply


def wrong_backward(*names: str) -> Net:
    torch.manual_seed(0)

    def layer(name: str) -> Net:
        if name in names:
            return Net(lambda self, x: self.fc(scaled(x)), fc=Linear(4, 4))
        return Net(lambda self, x: self.fc(x * 1), fc=Linear(4, 4))

    def run(self: Any, x: Any) -> Any:
        return self.c(torch.tanh(self.b(torch.tanh(self.a(torch.tanh(self.first(x)))))))

    return Net(run, first=Linear(4, 4), **{name: layer(name) for name in "abc"})


def test_two_independent_faults_going_backward() -> None:
    base, raw = wrong_backward(), wrong_backward("a", "c")
    assert padiff.align(base, raw, X, phase="forward")
    assert places(padiff.align(base, raw, X)) == [("backward", "c")]
    fed = padiff.align(base, raw, X, single_step=True)
    assert places(fed) == [("backward", "c"), ("backward", "a")]


def test_faults_in_both_directions() -> None:
    base, raw = wrong_backward(), wrong_backward("c")
    with torch.no_grad():
        raw.a.fc.bias[0] += 0.5
    found = places(padiff.align(base, raw, X, single_step=True))
    assert found == [("forward", "a.fc"), ("backward", "c")]


def test_torch_as_base_of_lstm_and_attention() -> None:
    import paddle

    def run(self: Any, x: Any) -> Any:
        y, _ = self.lstm(x)
        attended = self.attention(y, y, y)
        return self.fc(attended[0] if isinstance(attended, tuple) else attended)

    ours = Net(
        run,
        lstm=torch.nn.LSTM(4, 8, batch_first=True),
        attention=torch.nn.MultiheadAttention(8, 2, batch_first=True),
        fc=Linear(8, 2),
    )
    theirs = PaddleNet(
        run,
        lstm=paddle.nn.LSTM(4, 8),
        attention=paddle.nn.MultiHeadAttention(8, 2),
        fc=paddle.nn.Linear(8, 2),
    )
    padiff.assign_weight(ours, theirs)
    assert padiff.align(ours, theirs, values(2, 3, 4), single_step=True)
    assert padiff.align(theirs, ours, values(2, 3, 4), single_step=True)


def test_code_between_layers_that_hands_on_another_gradient() -> None:
    base = Net(lambda self, x: self.b(self.a(x)), a=Linear(4, 4), b=Linear(4, 4))
    raw = twin(base)
    raw.run = lambda self, x: self.b(2 * (h := self.a(x)) - h.detach())
    raw.a.weight.register_hook(lambda gradient: gradient * 2)
    report = padiff.align(base, raw, X, single_step=True)
    found = [(origin.base_path, origin.phase, origin.between) for origin in report.origins]
    assert found == [("", "backward", ("b", "a")), ("a", "backward", None)]


def scaling(factor: float = 1.0) -> Net:
    """A layer without layers in it, whose gradient is off by a factor."""
    return Net(
        lambda self, x: x * self.p * factor - (x * self.p * (factor - 1)).detach(),
        p=torch.nn.Parameter(torch.arange(1.0, 5.0)),
    )


def test_a_wrong_gradient_that_the_next_layer_receives() -> None:
    base = Net(lambda self, x: self.b(self.a(x)), a=scaling(), b=scaling())
    raw = Net(base.run, a=scaling(), b=scaling(2))
    assert places(padiff.align(base, raw, X, single_step=True)) == [("backward", "b")]


def test_a_layer_of_another_shape_is_not_fed() -> None:
    base = Net(lambda self, x: self.b(self.a(x).sum(0)), a=scaling(), b=Linear(4, 4))
    raw = twin(base)
    raw.a.run = lambda self, x: x[None] * self.p
    raw.run = lambda self, x: self.b(self.a(x).sum((0, 1)))
    report = padiff.align(base, raw, X, single_step=True)
    assert places(report) == [("forward", "a")]
