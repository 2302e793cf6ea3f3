"""What `compare_traces` is given, and where else a trace will not do."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn import Conv1d, Linear, Module, Sequential

import padiff
from padiff.errors import PairingError, TraceError, UsageError

X = torch.linspace(-1, 1, 12).reshape(3, 4)


def recorded(model: Module, path: Path, *backward: bool) -> padiff.Trace:
    """A step for each flag: whether it has a backward pass."""
    with padiff.record(model, path, steps=len(backward)):
        for flag in backward:
            outputs = model(X)
            if flag:
                torch.autograd.backward([outputs.sum()])
    return padiff.Trace(path)


def test_a_live_model_is_refused(tmp_path: Path) -> None:
    model = Linear(4, 4)
    with pytest.raises(UsageError) as caught:
        padiff.compare_traces(recorded(model, tmp_path / "t", True), model)  # type: ignore[arg-type] # what is tested
    assert str(caught.value) == (
        "compare_traces was given a live model.\n"
        "  got:      Linear\n"
        "  expected: two traces, or their paths\n"
        "  hint:     padiff.align holds a trace, or a live model, against a live model"
    )


def test_a_trace_is_refused_where_a_live_model_is_asked_for(tmp_path: Path) -> None:
    model = Linear(4, 4)
    trace = recorded(model, tmp_path / "t", True)
    with pytest.raises(UsageError) as caught:
        padiff.assign_weight(model, trace)
    assert str(caught.value) == (
        "A trace cannot be written.\n"
        "  where:    the raw model\n"
        f"  got:      {trace!r}\n"
        "  expected: a live model"
    )
    with pytest.raises(UsageError, match="A trace cannot be run"):
        padiff.align(model, tmp_path / "t", X)


@pytest.mark.parametrize("side", ["base", "raw"])
def test_a_backward_pass_of_one_side_is_refused(side: str, tmp_path: Path) -> None:
    with_one = recorded(Linear(4, 4), tmp_path / "with", True)
    without = recorded(Linear(4, 4), tmp_path / "without", False)
    pair = (with_one, without) if side == "base" else (without, with_one)
    with pytest.raises(TraceError) as caught:
        padiff.compare_traces(*pair)
    assert str(caught.value).startswith(f"Only {side}'s trace holds a backward pass.\n")


def test_a_step_without_a_backward_pass_does_not_hide_another(tmp_path: Path) -> None:
    model = Linear(4, 4)
    pair = [recorded(model, tmp_path / side, True, False) for side in ("base", "raw")]
    report = padiff.compare_traces(*pair)
    assert report
    assert {unit.phase for unit in report.units} == {"forward", "backward"}


def test_init_functions_are_those_of_the_registry_that_is_passed(tmp_path: Path) -> None:
    base = recorded(Sequential(Linear(4, 4)), tmp_path / "base", False)
    raw = recorded(
        Sequential(torch.nn.Unflatten(1, (4, 1)), Conv1d(4, 4, 1)), tmp_path / "raw", False
    )
    registry = padiff.registry.copy()
    registry.register_init(("torch", "Linear"), ("torch", "Conv1d"), lambda *_: None)
    with pytest.raises(PairingError):
        padiff.compare_traces(base, raw)
    assert not padiff.compare_traces(base, raw, registry=registry)
