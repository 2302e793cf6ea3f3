"""A trace stays at the moment it was moved to, whatever it is compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

import padiff
from padiff import Trace


@pytest.fixture
def model() -> torch.nn.Module:
    torch.manual_seed(1)
    return torch.nn.Linear(2, 1, bias=False)


@pytest.fixture
def trace(model: torch.nn.Module, tmp_path: Path) -> Trace:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    with padiff.record(model, tmp_path / "trace", steps=2, optimizer=optimizer):
        for _ in range(2):
            optimizer.zero_grad()
            model(torch.ones(3, 2)).sum().backward()
            optimizer.step()
    return Trace(tmp_path / "trace")


def weight(trace: Trace) -> list[float]:
    values: list[float] = trace.model().handle().state().open("weight").reshape(-1).tolist()
    return values


def loaded(trace: Trace) -> list[float]:
    model = torch.nn.Linear(2, 1, bias=False)
    padiff.load_weights(trace, model)
    values: list[float] = model.weight.reshape(-1).tolist()
    return values


def test_weights_are_those_of_the_moment(trace: Trace) -> None:
    first = loaded(trace)
    trace.go_to(0, updated=True)
    assert loaded(trace) == weight(trace) == pytest.approx(np.subtract(first, 1.5))


def test_an_alignment_returns_to_the_moment(trace: Trace) -> None:
    first = loaded(trace)
    raw = torch.nn.Linear(2, 1, bias=False)
    padiff.load_weights(trace, raw)
    assert padiff.align(trace, raw)
    assert (loaded(trace), trace.gradients) == (first, {})


def test_a_comparison_returns_both_to_their_moments(trace: Trace) -> None:
    other = Trace(trace.path)
    trace.go_to(0)
    other.go_to(1, updated=True)
    before = [(each.state, each.gradients) for each in (trace, other)]
    assert padiff.compare_traces(trace, other)
    assert [(each.state, each.gradients) for each in (trace, other)] == before
    assert before[0] != before[1]


def test_a_comparison_that_fails_returns_too(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Trace, "tensor", broken)
    state = trace.state
    with pytest.raises(ZeroDivisionError):
        padiff.compare_traces(trace, Trace(trace.path))
    assert trace.state is state
