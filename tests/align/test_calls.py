"""Modules called several times, out of order, never, under two names; and writes in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.nn import Linear

import padiff
from padiff.compare.metrics import Metrics
from padiff.report.alignment import AlignmentReport
from tests.align.nets import Forward, Net, twin, values

X = values(3, 4)


def two(run: Forward) -> Net:
    torch.manual_seed(0)
    return Net(run, a=Linear(4, 4), b=Linear(4, 4))


def in_order(self: Any, x: Any) -> Any:
    return self.b(torch.tanh(self.a(x)))


def swapped(self: Any, x: Any) -> Any:
    return self.a(torch.tanh(self.b(x)))


def calls(report: AlignmentReport, path: str) -> list[int]:
    return [u.call for u in report.units if (u.base_path, u.phase) == (path, "forward")]


def scaled_at(call: int) -> Callable[..., Any]:
    """Calls `a` three times, and once with a factor."""

    def run(self: Any, x: Any) -> Any:
        for i in range(3):
            x = torch.tanh(self.a(x) * (1.5 if i == call else 1))
        return x

    return run


def test_each_call_is_compared() -> None:
    run = scaled_at(-1)
    report = padiff.align(two(run), two(run), X)
    assert report
    assert calls(report, "a") == [0, 1, 2]


def test_the_call_that_first_receives_something_else_is_named() -> None:
    report = padiff.align(two(scaled_at(-1)), two(scaled_at(1)), X)
    (origin,) = report.origins
    assert (origin.base_path, origin.between) == ("", ("a", "a"))


def test_a_layer_wrong_in_its_second_call_only() -> None:
    def layer(factor: float) -> Net:
        def run(_: Any, x: Any) -> Any:
            return torch.tanh(x * (factor if float(x[0, 0]) != float(X[0, 0]) else 1))

        return Net(run)

    def outer(factor: float) -> Net:
        return Net(lambda self, x: self.a(self.a(x)), a=layer(factor))

    (origin,) = padiff.align(outer(1), outer(2), X).origins
    assert (origin.raw_path, origin.call) == ("a", 1)


def test_modules_called_in_another_order_than_defined() -> None:
    report = padiff.align(two(swapped), two(swapped), X)
    assert report
    assert [u.base_path for u in report.units if u.phase == "forward"] == ["", "b", "a"]


def test_layers_called_in_another_order_than_base_calls_them() -> None:
    report = padiff.align(two(in_order), two(swapped), X)
    assert not report
    assert report.origins[0].raw_path in {"", "a", "b"}


def test_a_module_neither_side_calls() -> None:
    net = two(lambda self, x: self.a(x))
    report = padiff.align(net, two(net.run), X)
    assert report
    assert calls(report, "b") == []


def test_a_module_one_side_calls_more_often_is_noted() -> None:
    report = padiff.align(
        two(lambda self, x: self.b(self.a(x))), two(lambda self, x: self.b(self.a(self.a(x)))), X
    )
    assert not report
    assert "a was called 1 time in base, 2 in raw." in report.notes


def shared(run: Forward) -> Net:
    net = two(run)
    net.b = net.a
    return net


def test_a_module_shared_under_two_names() -> None:
    report = padiff.align(shared(in_order), shared(in_order), X)
    assert report
    assert calls(report, "a") == [0, 1]


def test_a_fault_in_a_shared_module_has_the_first_name() -> None:
    raw = shared(in_order)
    with torch.no_grad():
        raw.a.bias[0] += 1
    (origin,) = padiff.align(shared(in_order), raw, X).origins
    assert (origin.base_path, origin.call) == ("a", 0)


@pytest.mark.parametrize("inplace", [(True, False), (False, True), (True, True)])
def test_a_relu_in_place_does_not_change_what_was_captured(inplace: tuple[bool, bool]) -> None:
    def net(flag: bool) -> Net:
        torch.manual_seed(0)
        return Net(
            lambda self, x: self.b(self.act(self.a(x))),
            a=Linear(4, 4),
            act=torch.nn.ReLU(inplace=flag),
            b=Linear(4, 4),
        )

    base, raw = map(net, inplace)
    report = padiff.align(base, raw, X)
    assert report
    (unit,) = (u for u in report.units if (u.base_path, u.phase) == ("a", "forward"))
    output = unit.produced[0].measured
    assert isinstance(output, Metrics)
    assert output.mean_abs_base == pytest.approx(base.a(torch.tensor(X)).abs().mean().item())


def test_a_negative_value_that_a_relu_in_place_hides_is_still_seen() -> None:
    def net() -> Net:
        return Net(
            lambda self, x: self.act(self.a(x)),
            a=Linear(4, 4, bias=False),
            act=torch.nn.ReLU(inplace=True),
        )

    base, raw = net(), net()
    with torch.no_grad():
        base.a.weight.fill_(-1)
        raw.a.weight.fill_(-2)
    report = padiff.align(base, raw, abs(X))
    (origin,) = report.origins
    assert origin.raw_path == "a"


def test_a_frozen_model() -> None:
    base, raw = (two(in_order).requires_grad_(False) for _ in range(2))
    report = padiff.align(base, raw, X)
    assert report
    assert "No gradient flows to the outputs of either model." in report.notes


def test_a_detached_branch_on_both_sides() -> None:
    net = two(lambda self, x: self.a(x).detach() + self.b(x))
    assert padiff.align(net, two(net.run), X)


def test_a_branch_detached_on_one_side() -> None:
    base = two(lambda self, x: self.a(x) + self.b(x))
    report = padiff.align(base, two(lambda self, x: self.a(x).detach() + self.b(x)), X)
    assert not report
    assert report.origins[0].phase == "backward"


def test_code_within_a_branch_beside_another() -> None:
    def branch() -> Net:
        return Net(lambda self, x: self.fc(x), fc=Linear(4, 4))

    base = Net(lambda self, x: self.one(x) + self.two(x), one=branch(), two=branch())
    raw = twin(base)
    raw.one.run = lambda self, x: self.fc(x) * 2
    (origin,) = padiff.align(base, raw, X).origins
    assert (origin.base_path, origin.phase) == ("one", "forward")
