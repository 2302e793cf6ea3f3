"""Activations that are computed anew in the backward pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import paddle
import pytest
import torch
from paddle.distributed.fleet.utils import recompute
from torch.utils.checkpoint import checkpoint

import padiff
from tests.align.nets import Forward, Net, PaddleNet, twin, values

X = values(8, 4)
BOTH_KINDS = pytest.mark.parametrize("reentrant", [True, False])


def inner(self: Any, x: Any) -> Any:
    return self.b(self.act(self.a(x)))


def plain(self: Any, x: Any) -> Any:
    return self.c(inner(self, x))


def torch_segment(reentrant: bool) -> Forward:
    def run(self: Any, x: Any) -> Any:
        return self.c(checkpoint(lambda x: inner(self, x), x, use_reentrant=reentrant))

    return run


def paddle_segment(reentrant: bool) -> Forward:
    def run(self: Any, x: Any) -> Any:
        return self.c(recompute(lambda x: inner(self, x), x, use_reentrant=reentrant))

    return run


def torch_net(run: Forward) -> Net:
    torch.manual_seed(0)
    a, b, c = torch.nn.Linear(4, 8), torch.nn.Linear(8, 8), torch.nn.Linear(8, 2)
    return Net(run, a=a, act=torch.nn.ReLU(), b=b, c=c)


def paddle_net(run: Forward) -> PaddleNet:
    a, b, c = paddle.nn.Linear(4, 8), paddle.nn.Linear(8, 8), paddle.nn.Linear(8, 2)
    return PaddleNet(run, a=a, act=paddle.nn.ReLU(), b=b, c=c)


def leaf() -> torch.Tensor:
    """An input that needs a gradient: without one, nothing of a reentrant segment has any."""
    return torch.tensor(X, requires_grad=True)


def gradients(report: padiff.AlignmentReport) -> dict[str, int]:
    return {u.base_path: len(u.received) for u in report.units if u.phase == "backward"}


def places(report: padiff.AlignmentReport) -> list[tuple[str, str]]:
    return [(origin.phase, origin.base_path) for origin in report.origins]


@BOTH_KINDS
@pytest.mark.parametrize("single_step", [True, False])
@pytest.mark.parametrize("make", [torch_net, paddle_net])
def test_one_side_computes_anew(
    make: Callable[[Forward], Any], reentrant: bool, single_step: bool
) -> None:
    segment = torch_segment if make is torch_net else paddle_segment
    base, raw = torch_net(plain), make(segment(reentrant))
    padiff.assign_weight(base, raw)
    for ours, theirs in ((base, raw), (raw, base)):
        report = padiff.align(ours, theirs, leaf(), single_step=single_step)
        assert report, str(report)
        assert gradients(report) == {"": 1, "a": 1, "act": 1, "b": 1, "c": 1}


@BOTH_KINDS
def test_both_sides_compute_anew(reentrant: bool) -> None:
    base, raw = torch_net(torch_segment(reentrant)), paddle_net(paddle_segment(reentrant))
    padiff.assign_weight(base, raw)
    assert padiff.align(base, raw, leaf())


@BOTH_KINDS
def test_a_wrong_layer_within(reentrant: bool) -> None:
    base = torch_net(torch_segment(reentrant))
    raw = twin(base)
    with torch.no_grad():
        raw.a.weight.mul_(2)
    assert places(padiff.align(base, raw, leaf())) == [("forward", "a")]


@BOTH_KINDS
def test_a_wrong_gradient_within(reentrant: bool) -> None:
    base = torch_net(torch_segment(reentrant))
    raw = twin(base)
    raw.b.weight.register_hook(lambda gradient: gradient * 2)
    report = padiff.align(base, raw, leaf())
    assert places(report) == [("backward", "b")]
    assert "base's own rounding error there" in str(report)


@BOTH_KINDS
def test_what_is_computed_anew_is_fed_again(reentrant: bool) -> None:
    """Otherwise the wrong output of `a` came back in the backward pass, and b's gradient with it."""
    base = torch_net(torch_segment(reentrant))
    raw = twin(base)
    with torch.no_grad():
        raw.a.weight.mul_(2)
    report = padiff.align(base, raw, leaf(), single_step=True)
    assert places(report) == [("forward", "a")]


@BOTH_KINDS
def test_gradients_within_are_fed(reentrant: bool) -> None:
    base = torch_net(torch_segment(reentrant))
    raw = twin(base)
    raw.act.forward = lambda x: 2 * torch.relu(x) - torch.relu(x).detach()
    assert places(padiff.align(base, raw, leaf(), single_step=True)) == [("backward", "act")]
    raw.a.weight.register_hook(lambda gradient: gradient * 3)
    report = padiff.align(base, raw, leaf(), single_step=True)
    assert places(report) == [("backward", "act"), ("backward", "a")]


@BOTH_KINDS
def test_a_layer_that_is_called_twice_within(reentrant: bool) -> None:
    """Which of its calls is made anew is not known: of a reentrant segment, their gradients are not."""

    def twice(self: Any, x: Any) -> Any:
        return self.b(self.act(self.b(self.act(self.a(x)))))

    def run(self: Any, x: Any) -> Any:
        return self.c(checkpoint(lambda x: twice(self, x), x, use_reentrant=reentrant))

    base, raw = torch_net(lambda self, x: self.c(twice(self, x))), torch_net(run)
    for ours, theirs in ((base, raw), (raw, base)):
        report = padiff.align(ours, theirs, leaf())
        assert report, str(report)
        assert ("the other's needs no gradient" in str(report)) is reentrant
    with torch.no_grad():
        raw.b.weight.mul_(2)
    assert places(padiff.align(base, raw, leaf())) == [("forward", "b")]


def test_a_gradient_lost_within_is_no_recomputation() -> None:
    def run(detach: bool) -> Forward:
        def segment(self: Any, x: Any) -> Any:
            x = self.b(self.a(x))
            return self.act(self.b(x.detach() if detach else x)) + x

        return lambda self, x: self.c(
            checkpoint(lambda x: segment(self, x), x, use_reentrant=False)
        )

    report = padiff.align(torch_net(run(detach=False)), torch_net(run(detach=True)), leaf())
    assert places(report) == [("backward", "")]


def test_a_loss_that_calls_a_layer_again_is_no_recomputation() -> None:
    base = torch_net(plain)
    raw = twin(base)

    def loss(net: Net) -> Callable[[torch.Tensor], torch.Tensor]:
        return lambda y: y.sum() + net.a(torch.ones(8, 4)).sum()

    assert padiff.align(base, raw, X, loss=(loss(base), loss(raw)), single_step=True)
