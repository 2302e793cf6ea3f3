"""Frozen parts, detached branches and layers called several times, one side in paddle."""

from __future__ import annotations

from typing import Any

import paddle
import torch

import padiff
from tests.align.nets import Forward, Net, PaddleNet, values

X = values(6, 4)


def pair(run: Forward, other: Forward | None = None) -> tuple[Net, PaddleNet]:
    torch.manual_seed(0)
    base = Net(run, a=torch.nn.Linear(4, 4), b=torch.nn.Linear(4, 4))
    raw = PaddleNet(other or run, a=paddle.nn.Linear(4, 4), b=paddle.nn.Linear(4, 4))
    padiff.assign_weight(base, raw)
    return base, raw


def places(report: padiff.AlignmentReport) -> list[tuple[str, str, str]]:
    return [(origin.phase, origin.base_path, origin.what) for origin in report.origins]


def in_order(self: Any, x: Any) -> Any:
    return self.b(self.a(x).tanh())


def test_a_layer_frozen_on_both_sides() -> None:
    base, raw = pair(in_order)
    base.a.requires_grad_(requires_grad=False)
    for parameter in raw.a.parameters():
        parameter.stop_gradient = True
    assert padiff.align(base, raw, X)
    assert padiff.align(raw, base, X)


def test_a_layer_frozen_on_one_side() -> None:
    base, raw = pair(in_order)
    for parameter in raw.a.parameters():
        parameter.stop_gradient = True
    (origin,) = padiff.align(base, raw, X).origins
    assert (origin.phase, origin.base_path, origin.metrics) == ("backward", "a", None)


def test_a_detached_branch_on_both_sides() -> None:
    base, raw = pair(lambda self, x: self.a(x).detach() + self.b(x))
    assert padiff.align(base, raw, X)


def test_a_branch_detached_on_one_side() -> None:
    base, raw = pair(
        lambda self, x: self.b(self.a(x)) + self.a(x),
        lambda self, x: self.b(self.a(x)) + self.a(x).detach(),
    )
    report = padiff.align(base, raw, X)
    assert report.origins[0].phase == "backward"


def repeated(*factors: float) -> Forward:
    def run(self: Any, x: Any) -> Any:
        for factor in factors:
            x = self.b(self.a(x).tanh() * factor)
        return x

    return run


def test_layers_called_several_times() -> None:
    assert padiff.align(*pair(repeated(1, 1, 1)), X)
    report = padiff.align(*pair(repeated(1, 1, 1), repeated(1, 1, 2)), X)
    (origin,) = report.origins
    assert (origin.phase, origin.base_path, origin.between) == ("forward", "", ("a", "b"))


def test_a_layer_called_more_often_on_one_side() -> None:
    report = padiff.align(*pair(repeated(1), repeated(1, 1)), X)
    assert not report
    assert "a was called 1 time in base, 2 in raw." in report.notes
