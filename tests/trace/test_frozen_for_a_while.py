"""A script that forbids gradients while it tests, as DeepXDE does: its parameters are trained all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import padiff
from padiff import Trace


@pytest.mark.parametrize("at_first", [True, False])
def test_a_parameter_that_needs_no_gradient_for_a_while_is_trained(
    tmp_path: Path, at_first: bool
) -> None:
    model = torch.nn.Linear(2, 1).requires_grad_(at_first)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    with padiff.record(model, tmp_path / "t", steps=2, optimizer=optimizer):
        for _ in range(2):
            model.requires_grad_(requires_grad=False)
            model(torch.ones(3, 2))
            model.requires_grad_()
            model(torch.ones(3, 2)).sum().backward()
            optimizer.step()
    trace = Trace(tmp_path / "t")
    assert all(state.trainable for state in trace.index.modules[0].tensors)
    assert [set(step.buffers) for step in trace.steps] == [set(), set()]


def test_one_that_is_frozen_from_the_start_is_not(tmp_path: Path) -> None:
    model = torch.nn.Linear(2, 1)
    model.bias.requires_grad_(False)
    with padiff.record(model, tmp_path / "t"):
        model(torch.ones(3, 2)).sum().backward()
    states = Trace(tmp_path / "t").index.modules[0].tensors
    assert [(state.name, state.trainable) for state in states] == [
        ("weight", True),
        ("bias", False),
    ]
