"""Compiled models run as they are written, and are compiled again afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import paddle
import pytest
import torch
from torch._dynamo.testing import CompileCounter

import padiff
from tests.align.nets import Net, chain, twin, values

X = values(8, 4)
NOTE = "Of {}, the compiled model ran as it is written, layer by layer."

Compile = Callable[[Any], Any]


def by_torch(module: torch.nn.Module) -> Any:
    return torch.compile(module, backend="eager")


def in_place(module: torch.nn.Module) -> Any:
    module.compile(backend="eager")
    return module


def its_forward(module: torch.nn.Module) -> Any:
    module.forward = torch.compile(module.forward, backend="eager")
    return module


COMPILED = pytest.mark.parametrize("compiled", [by_torch, in_place, its_forward])
STATIC = pytest.mark.parametrize("full_graph", [True, False])


def places(report: padiff.AlignmentReport) -> list[tuple[str, str]]:
    return [(origin.phase, origin.raw_path.removeprefix("_orig_mod.")) for origin in report.origins]


@COMPILED
def test_a_compiled_model_agrees_with_the_plain_one(compiled: Compile) -> None:
    base = chain(4, 3, 2)
    other = compiled(twin(base))
    for ours, theirs, side in ((base, other, "raw"), (other, base, "base")):
        report = padiff.align(ours, theirs, X)
        assert report, str(report)
        assert report.notes == (NOTE.format(side),)
        assert {unit.base_path.removeprefix("_orig_mod.") for unit in report.units} == {
            "",
            "a",
            "b",
        }


@COMPILED
def test_a_wrong_layer_of_a_compiled_model_is_found(compiled: Compile) -> None:
    base = chain(4, 3, 2)
    raw = twin(base)
    with torch.no_grad():
        raw.b.weight.mul_(2)
    assert places(padiff.align(base, compiled(raw), X)) == [("forward", "b")]


class PaddleChain(paddle.nn.Layer):
    """`chain(4, 3, 2)`, with a forward pass that paddle can compile: of named arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = paddle.nn.Linear(4, 3), paddle.nn.Linear(3, 2)

    def forward(self, x: Any) -> Any:
        return paddle.tanh(self.b(paddle.tanh(self.a(x))))


@STATIC
def test_a_static_model_agrees_with_the_plain_one(full_graph: bool) -> None:
    base, raw = chain(4, 3, 2), PaddleChain()
    padiff.assign_weight(base, raw)
    static = paddle.jit.to_static(raw, full_graph=full_graph)
    report = padiff.align(base, static, X)
    assert report, str(report)
    assert report.notes == (NOTE.format("raw"),)
    assert padiff.align(static, base, X).notes == (NOTE.format("base"),)


@STATIC
def test_a_wrong_layer_of_a_static_model_is_found(full_graph: bool) -> None:
    base, raw = chain(4, 3, 2), PaddleChain()
    padiff.assign_weight(base, raw)
    raw.b.weight.set_value(raw.b.weight * 2)
    static = paddle.jit.to_static(raw, full_graph=full_graph)
    assert places(padiff.align(base, static, X)) == [("forward", "b")]


def test_nothing_is_compiled_for_an_alignment_nor_again_after_it() -> None:
    counter = CompileCounter()
    model, x = torch.compile(chain(4, 3, 2), backend=counter), torch.tensor(X)
    model(x)
    assert counter.frame_count == 1
    padiff.align(model, chain(4, 3, 2), X)
    assert counter.frame_count == 1
    model(x)
    assert counter.frame_count == 1
    model(x.double().float()[:5, None])  # another shape
    assert counter.frame_count == 2


def test_a_static_model_is_static_afterwards() -> None:
    model: Any = paddle.jit.to_static(PaddleChain(), full_graph=True)
    model.eval()
    x = paddle.to_tensor(X)
    padiff.align(model, chain(4, 3, 2), X)
    assert model.forward.get_traced_count() == 0
    model(x)
    assert model.forward.get_traced_count() == 1


def test_parts_that_are_compiled_run_as_they_are_written() -> None:
    def run(self: Any, x: Any, *, inner: Callable[..., Any]) -> Any:
        return torch.tanh(self.b(inner(self, x)))

    def inner(self: Any, x: Any) -> Any:
        return torch.tanh(self.a(x))

    parts = dict(chain(4, 3, 2).named_children())
    compiled = torch.compile(inner, backend="eager")
    base, raw = (Net(partial(run, inner=how), **parts) for how in (inner, compiled))
    report = padiff.align(base, twin(raw), X)
    assert report, str(report)


class PartlyStatic(PaddleChain):
    @paddle.jit.to_static
    def first(self, x: Any) -> Any:
        return self.unconverted(x)

    @paddle.jit.not_to_static
    def unconverted(self, x: Any) -> Any:
        return paddle.tanh(self.a(x))

    def forward(self, x: Any) -> Any:
        return paddle.tanh(self.b(self.first(x)))


def test_parts_that_are_static_run_as_they_are_written() -> None:
    base, raw = chain(4, 3, 2), PartlyStatic()
    padiff.assign_weight(base, raw)
    report = padiff.align(base, raw, X)
    assert report, str(report)
    assert report.notes == ()
