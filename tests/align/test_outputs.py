"""What a module may return."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from padiff.errors import UsageError
from tests.align.nets import Net, PaddleNet, values

X = values(3, 4)
FC = torch.nn.Linear(4, 3)
Named = namedtuple("Named", ["first", "second"])  # noqa: PYI024 - the plain one is met in models


@dataclass
class Data:
    first: Any
    second: Any
    label: str = "unchanged"


SHAPES: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "tuple": (lambda a, b: (a, b), "output 1"),
    "list": (lambda a, b: [a, b], "output 1"),
    "dict": (lambda a, b: {"first": a, "second": b}, "output second"),
    "namedtuple": (Named, "output second"),
    "dataclass": (Data, "output second"),
    "nested": (lambda a, b: (a, {"deep": [None, (b,)]}), "output 1.deep.1.0"),
    "with None": (lambda a, b: (None, a, b), "output 2"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_each_tensor_of_an_output_is_compared(name: str) -> None:
    shape, second = SHAPES[name]
    base = Net(lambda _, x: shape(x + 1, x * 2))
    assert padiff.align(base, PaddleNet(lambda _, x: shape(x + 1, x * 2)), X)
    report = padiff.align(base, PaddleNet(lambda _, x: shape(x + 1, x * 3)), X)
    assert not report
    (origin,) = report.origins
    assert origin.what == second


@pytest.mark.parametrize("name", SHAPES)
def test_an_inner_modules_output_arrives_as_it_was(name: str) -> None:
    shape, _ = SHAPES[name]
    seen: list[Any] = []

    def run(self: Any, x: Any) -> Any:
        seen.append(self.inner(x))
        return x * 2

    def net() -> Net:
        return Net(run, inner=Net(lambda _, x: shape(x + 1, x * 2)))

    assert padiff.align(net(), net(), X)
    expected = shape(torch.tensor(X) + 1, torch.tensor(X) * 2)
    assert [type(output) for output in seen] == [type(expected)] * len(seen)
    assert repr(seen[0]) == repr(expected)


def test_an_inner_module_may_return_no_tensor() -> None:
    def net() -> Net:
        return Net(lambda self, x: x * self.inner(x), inner=Net(lambda _, x: x.shape[0]))

    assert padiff.align(net(), net(), X)


def test_an_inner_module_may_return_nothing() -> None:
    def run(self: Any, x: Any) -> Any:
        self.inner(x)
        return x * 2

    assert padiff.align(
        Net(run, inner=Net(lambda *_: None)), Net(run, inner=Net(lambda *_: None)), X
    )


@pytest.mark.parametrize("output", [None, object(), (), {"a": None}])
def test_a_model_that_returns_no_values_is_refused(output: Any) -> None:
    with pytest.raises(UsageError) as caught:
        padiff.align(Net(lambda *_: output), Net(lambda *_: output), X)
    assert str(caught.value).splitlines() == [
        "There is nothing to compare: the outputs of the two models hold no tensor, number or text in common.",
        "  where:    base Net, raw Net",
    ]


def beside(*more: Any) -> Net:
    """A model that returns these beside a tensor."""
    return Net(lambda self, x: (more[0], self.fc(x), *more[1:]), fc=FC)


SAME = (7, 0.5, "text", [1, 2], None)


@pytest.mark.parametrize(
    "options",
    [{}, {"phase": "forward"}, {"single_step": True}, {"tolerance": "auto", "steps": 2}],
    ids=repr,
)
def test_numbers_and_texts_beside_tensors_agree(options: dict[str, Any]) -> None:
    # Python's floats are what `.item()` made of float32.
    report = padiff.align(beside(*SAME), beside(7, 0.5 * (1 + 1e-7), *SAME[2:]), X, **options)
    assert report, report
    root = next(unit for unit in report.units if unit.base_path == "" and unit.phase == "forward")
    assert [tensor.name for tensor in root.produced] == [f"output {i}" for i in range(5)]


@pytest.mark.parametrize(
    ("place", "other", "said"),
    [
        (0, 8, "worst (the only element): base 7, raw 8"),
        (1, 0.6, "worst (the only element): base 0.5, raw 0.6"),
        (1, float("nan"), "not finite: base none; raw 1 NaN"),
        (1, 2, "base has dtype float32, raw has dtype int64"),
        (2, "next", "worst at [0]: base 116, raw 110"),
        (2, "texts", "base has shape (4,), raw has shape (5,)"),
        (3, [1, 3], "worst at [1]: base 2, raw 3"),
        (3, [1, 2, 3], "base has shape (2,), raw has shape (3,)"),
        (3, np.array([1, 3]), "worst at [1]: base 2, raw 3"),
        (4, "none", "only raw returns it"),
    ],
)
def test_a_number_or_text_that_differs_is_named(place: int, other: Any, said: str) -> None:
    raw = list(SAME)
    raw[place] = other
    report = padiff.align(beside(*SAME), beside(*raw), X)
    (origin,) = report.origins
    assert (origin.phase, origin.base_path) == ("forward", "")
    assert origin.what == f"output {place + bool(place)}"
    assert said in str(report)


def test_in_two_frameworks_too() -> None:
    def run(self: Any, x: Any) -> Any:
        y = self.fc(x)
        found = y.detach()
        return y, float(found.sum()), found.numpy(), found.tolist()

    base = Net(run, fc=torch.nn.Linear(4, 3))
    raw = PaddleNet(run, fc=paddle.nn.Linear(4, 3))
    report = padiff.align(base, raw, X, init=True)
    assert report, report

    def off(self: Any, x: Any) -> Any:
        y, total, array, rows = run(self, x)
        return y, total, array + np.float32(1e-3), rows

    raw.run = off
    (origin,) = padiff.align(base, raw, X).origins
    assert origin.what == "output 2"


def test_integers_and_booleans_are_compared_exactly() -> None:
    base = Net(lambda _, x: ((x > 0), (x * 1000).round().long() + 30000))
    assert padiff.align(base, Net(base.run), X)
    one_off = Net(lambda _, x: ((x > 0), (x * 1000).round().long() + 30001))
    report = padiff.align(base, one_off, X, rtol=0.1)
    assert [origin.what for origin in report.origins] == ["output 1"]
    flipped = Net(lambda _, x: ((x <= 0), (x * 1000).round().long() + 30000))
    assert [o.what for o in padiff.align(base, flipped, X).origins] == ["output 0"]


def test_a_dtype_that_differs_is_a_difference() -> None:
    base, raw = Net(lambda _, x: x > 0), Net(lambda _, x: (x > 0).float())
    assert not padiff.align(base, raw, X)


def test_an_output_only_one_side_has() -> None:
    base, raw = Net(lambda _, x: (x, x * 2)), Net(lambda _, x: (x,))
    report = padiff.align(base, raw, X)
    assert "output 1" in str(report)


@pytest.mark.parametrize("side", ["base", "raw"])
@pytest.mark.parametrize("phase", ["forward", "both"])
def test_what_only_one_of_the_models_returns_is_a_difference(side: str, phase: Any) -> None:
    more, less = Net(lambda _, x: (x + 1, x * 2)), Net(lambda _, x: (x + 1,))
    models = (more, less) if side == "base" else (less, more)
    report = padiff.align(*models, X, phase=phase)
    (origin,) = report.origins
    assert (origin.base_path, origin.phase, origin.what) == ("", "forward", "output 1")
    assert f"output 1: only {side} returns it" in str(report)


def test_what_only_one_returns_within_counts_where_it_goes() -> None:
    def inner(shape: Callable[[Any], Any]) -> Net:
        return Net(lambda _, x: shape(x))

    base = Net(lambda self, x: self.inner(x)[0] * 2, inner=inner(lambda x: (x + 1, x)))
    raw = Net(lambda self, x: self.inner(x)[0] * 2, inner=inner(lambda x: (x + 1,)))
    report = padiff.align(base, raw, X)
    assert report
    assert "note: not compared (only base returns it): output 1 of inner" in str(report)


def test_a_layer_returns_what_its_framework_has_it_return() -> None:
    base = torch.nn.MultiheadAttention(4, 2, batch_first=True)
    raw = paddle.nn.MultiHeadAttention(4, 2)
    x = values(2, 3, 4)
    report = padiff.align(base, raw, (x, x, x), init=True, phase="forward")
    assert report
    assert "note: not compared (only base returns it): output 1 of (root)" in str(report)


def test_outputs_of_one_name_are_compared_wherever_they_stand() -> None:
    base = Net(lambda _, x: {"more": x * 3, "first": x + 1, "second": x * 2})
    raw = PaddleNet(lambda _, x: {"second": x * 2, "first": x + 1})
    (origin,) = padiff.align(base, raw, X).origins
    assert origin.what == "output more"
