"""Recorded steps whose backward pass is more than one begun with gradients of the outputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff import Trace
from padiff.errors import UsageError

PASSES = (
    "Of base, several backward passes went through one call: of calls, gradients are those of the"
    " last, of parameters their sum."
)
DERIVATIVES = (
    "Of base, the loss depends on derivatives of the outputs: where layers part in the backward pass"
    " alone, it may be the loss."
)


def net() -> torch.nn.Module:
    torch.manual_seed(1)
    return torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))


def of_slopes(model: torch.nn.Module, weight: float = 1.0) -> None:
    x = torch.linspace(-1, 1, 8).view(4, 2).requires_grad_()
    out = model(x)
    (slope,) = torch.autograd.grad(out.sum(), x, create_graph=True)
    loss: Any = (out**2).sum() + weight * (slope**2).sum()
    loss.backward()


def twice(model: torch.nn.Module) -> None:
    loss: Any = (model(torch.ones(4, 2)) ** 2).sum()
    loss.backward(retain_graph=True)
    loss.backward()


def recorded(path: Path, run: Callable[[torch.nn.Module], None]) -> Trace:
    model = net()
    with padiff.record(model, path):
        run(model)
    return Trace(path)


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (of_slopes, "base's loss depends on derivatives of its outputs"),
        (twice, "several backward passes went through one call of base"),
    ],
)
def test_a_live_model_is_compared_going_forward_alone(
    tmp_path: Path, run: Callable[[torch.nn.Module], None], reason: str
) -> None:
    trace = recorded(tmp_path / "t", run)
    report = padiff.align(trace, net())
    assert report
    assert {unit.phase for unit in report.units} == {"forward"}
    assert f"The backward pass was not compared: {reason}." in report.notes


def test_where_the_backward_pass_alone_is_asked_for_it_is_refused(tmp_path: Path) -> None:
    trace = recorded(tmp_path / "t", of_slopes)
    with pytest.raises(UsageError) as caught:
        padiff.align(trace, net(), phase="backward", single_step=True)
    assert str(caught.value) == (
        "The backward pass of the trace cannot be run again.\n"
        f"  where:    {tmp_path / 't'}\n"
        "  got:      base's loss depends on derivatives of its outputs\n"
        "  hint:     record raw too, and compare the two traces"
    )


def test_a_loss_of_the_users_own_begins_the_backward_pass(tmp_path: Path) -> None:
    trace = recorded(tmp_path / "t", twice)
    report = padiff.align(trace, net(), loss=lambda out: 2 * (out**2).sum(), phase="both")
    assert {unit.phase for unit in report.units} == {"forward", "backward"}
    assert PASSES in report.notes


def test_a_plain_step_has_no_such_note(tmp_path: Path) -> None:
    def once(model: torch.nn.Module) -> None:
        loss: Any = model(torch.ones(4, 2)).sum()
        loss.backward()

    trace = recorded(tmp_path / "t", once)
    report = padiff.align(trace, net())
    assert report
    assert {unit.phase for unit in report.units} == {"forward", "backward"}
    assert not [note for note in report.notes if "backward" in note]


@pytest.mark.parametrize(("run", "note"), [(of_slopes, DERIVATIVES), (twice, PASSES)])
def test_two_traces_are_compared_as_they_are(
    tmp_path: Path, run: Callable[[torch.nn.Module], None], note: str
) -> None:
    report = padiff.compare_traces(recorded(tmp_path / "a", run), recorded(tmp_path / "b", run))
    assert report
    assert {unit.phase for unit in report.units} == {"forward", "backward"}
    assert {note, note.replace("base", "raw")} <= set(report.notes)


def test_of_two_traces_the_forward_pass_alone_needs_no_note(tmp_path: Path) -> None:
    trace = recorded(tmp_path / "t", twice)
    assert PASSES not in padiff.compare_traces(trace, Trace(trace.path), phase="forward").notes


def test_another_weight_of_the_slopes_parts_in_the_backward_pass(tmp_path: Path) -> None:
    base = recorded(tmp_path / "a", of_slopes)
    report = padiff.compare_traces(
        base, recorded(tmp_path / "b", lambda model: of_slopes(model, 1.1))
    )
    assert [origin.phase for origin in report.origins] == ["backward"]
    assert DERIVATIVES in report.notes
