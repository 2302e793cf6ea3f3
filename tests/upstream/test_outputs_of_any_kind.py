"""PaDiff failed on outputs that are no tensor; in single_step on every right realistic pair, and then for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import paddle
import pytest
import torch

import padiff
from tests.align.nets import Net, PaddleNet, values

X = values(3, 5, 4)


@dataclass
class Output:
    logits: Any
    hidden: Any = None


SHAPES: dict[str, Callable[[Any], Any]] = {
    "tuple": lambda y: (y, y * 2),
    "dict": lambda y: {"logits": y, "extra": [y]},
    "dataclass": Output,
    "none within": lambda y: (y, None),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("single_step", [False, True])
def test_a_layer_may_return_anything(shape: str, single_step: bool) -> None:
    def run(self: Any, x: Any) -> Any:
        self.nothing(x)
        return SHAPES[shape](self.fc(x))

    base = Net(run, fc=torch.nn.Linear(4, 4), nothing=Net(lambda self, x: None))  # noqa: ARG005
    raw = PaddleNet(run, fc=paddle.nn.Linear(4, 4), nothing=PaddleNet(lambda self, x: None))  # noqa: ARG005
    assert padiff.auto_diff(base, raw, (X, X), single_step=single_step) is True


def lstm(nn: Any) -> Any:
    name = "batch_first" if nn is torch.nn else "time_major"
    return nn.LSTM(4, 4, **{name: nn is torch.nn})


def attention(nn: Any) -> Any:
    if nn is torch.nn:
        return nn.MultiheadAttention(4, 2, batch_first=True)
    return nn.MultiHeadAttention(4, 2)


def first(output: Any) -> Any:
    return output[0] if isinstance(output, tuple) else output


def pair(part: str) -> tuple[Any, Any]:
    def run(self: Any, x: Any) -> Any:
        x = self.fc(x)
        x = first(self.lstm(x)) if part == "lstm" else x
        x = first(self.attention(x, x, x)) if part == "attention" else x
        return self.out(x)

    def parts(nn: Any) -> dict[str, Any]:
        builders = {"lstm": lstm, "attention": attention}
        own = {part: builders[part](nn)} if part in builders else {}
        return {"fc": nn.Linear(4, 4), **own, "out": nn.Linear(4, 2)}

    return Net(run, **parts(torch.nn)), PaddleNet(run, **parts(paddle.nn))


@pytest.mark.parametrize("part", ["linear", "lstm", "attention"])
@pytest.mark.parametrize("torch_first", [True, False])
def test_single_step_passes_right_pairs_and_the_next_call_works(
    part: str, torch_first: bool
) -> None:
    models = pair(part) if torch_first else pair(part)[::-1]
    assert padiff.auto_diff(*models, (X, X), single_step=True) is True
    assert padiff.auto_diff(*models, (X, X)) is True
