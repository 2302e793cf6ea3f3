"""Steps that call other steps, and those that run the model themselves: each counts once, as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from padiff import Trace


def recorded(path: Path) -> list[tuple[list[float], list[float], int]]:
    """Of each step: the weight's gradient, the weight after it, how often the model was called."""
    trace = Trace(path)

    def values(moment: Mapping[str, int]) -> list[float]:
        result: list[float] = trace.tensor(moment["0/weight"]).reshape(-1).tolist()
        return result

    return [(values(s.gradients), values(s.updated), len(s.calls)) for s in trace.steps]


class Scaled(torch.optim.SGD):
    """Steps by its base class's step."""

    def step(self, closure: Any = None) -> Any:
        return super().step(closure)


@pytest.fixture(autouse=True)
def _stepped_before() -> None:
    """From the first instance of a class on, also the step that classes below it call has hooks."""
    torch.optim.SGD([torch.ones(1, requires_grad=True)])


@pytest.mark.parametrize("cls", [torch.optim.SGD, Scaled])
@pytest.mark.parametrize("named", [False, True])
def test_gradients_are_those_of_the_closure(
    tmp_path: Path, cls: type[torch.optim.SGD], named: bool
) -> None:
    model = torch.nn.Linear(2, 1, bias=False)
    torch.nn.init.ones_(model.weight)
    optimizer = cls(model.parameters(), lr=0.5)

    batches = [[1.0, 2.0], [3.0, 4.0]]
    left = iter(batches)

    def closure() -> Any:
        optimizer.zero_grad()
        loss: Any = model(torch.tensor([next(left)])).sum()
        loss.backward()
        return loss

    with padiff.record(model, tmp_path / "t", steps=2, optimizer=optimizer):
        for _ in batches:
            optimizer.step(closure=closure) if named else optimizer.step(closure)
    assert recorded(tmp_path / "t") == [([1, 2], [0.5, 0], 1), ([3, 4], [-1, -2], 1)]


def test_a_step_within_a_step_of_one_optimizer_counts_once(tmp_path: Path) -> None:
    model = torch.nn.BatchNorm1d(2)
    optimizer = Scaled(model.parameters(), lr=0.5)
    with padiff.record(model, tmp_path / "t", steps=2, optimizer=optimizer):
        for _ in range(2):
            optimizer.zero_grad()
            model(torch.tensor([[1.0, 2.0], [3.0, 5.0]])).sum().backward()
            optimizer.step()
    steps = Trace(tmp_path / "t").steps
    assert [len(step.calls) for step in steps] == [1, 1]
    assert [set(step.buffers) for step in steps] == [
        {"0/running_mean", "0/running_var", "0/num_batches_tracked"}
    ] * 2


def test_a_step_within_a_step_of_another_optimizer_counts(tmp_path: Path) -> None:
    class Around(torch.optim.SGD):
        def step(self, closure: Any = None) -> Any:
            return inner.step(closure)

    model = torch.nn.Linear(2, 1, bias=False)
    torch.nn.init.ones_(model.weight)
    inner, around = (cls(model.parameters(), lr=0.5) for cls in (torch.optim.SGD, Around))
    with padiff.record(model, tmp_path / "t", optimizer=inner):
        model(torch.tensor([[1.0, 2.0]])).sum().backward()
        around.step()
    assert recorded(tmp_path / "t") == [([1, 2], [0.5, 0], 1)]


def test_a_step_that_raised_is_none(tmp_path: Path) -> None:
    model = torch.nn.Linear(2, 1, bias=False)
    torch.nn.init.ones_(model.weight)
    optimizer = Scaled(model.parameters(), lr=0.5)

    def failing() -> float:
        raise ZeroDivisionError

    with padiff.record(model, tmp_path / "t", optimizer=optimizer):
        with pytest.raises(ZeroDivisionError):
            optimizer.step(failing)
        model(torch.tensor([[1.0, 2.0]])).sum().backward()
        optimizer.step()
    assert recorded(tmp_path / "t") == [([1, 2], [0.5, 0], 1)]


def test_paddles_closures_too(tmp_path: Path) -> None:
    model = paddle.nn.Linear(2, 1, bias_attr=False)
    model.weight.set_value(np.ones((2, 1), "float32"))
    optimizer = paddle.optimizer.LBFGS(0.5, max_iter=1, parameters=model.parameters())

    def closure() -> Any:
        optimizer.clear_grad()
        loss = model(paddle.to_tensor([[1.0, 2.0]])).sum()
        loss.backward()
        return loss

    with padiff.record(model, tmp_path / "t", optimizer=optimizer):
        optimizer.step(closure)
    [(gradient, _, calls)] = recorded(tmp_path / "t")
    assert (gradient, calls) == ([1, 2], 1)
