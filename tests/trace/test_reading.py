"""A trace that was opened: its moments, its model, and what cannot be done with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import padiff
from padiff.errors import TraceError, UsageError
from padiff.trace.index import Index, Moment, StepEntry
from padiff.trace.trace import Trace
from padiff.trace.writer import TraceWriter
from tests.cli.traces import Net, write_trace
from tests.trace.folders import rewritten, write_rich


def test_a_trace_is_at_the_moment_before_its_first_step(tmp_path: Path) -> None:
    trace = Trace(write_rich(tmp_path / "t"))
    assert (trace.state, trace.gradients) == (trace.index.initial, {})


def written(path: Path, initial: Moment, *steps: StepEntry) -> Trace:
    """A trace whose tensors are filled with their numbers."""
    writer = TraceWriter(path, "full")
    for number in range(8):
        writer.put(np.full((3, 2) if number < 4 else (1, 3), number, np.float32))
    writer.finish(
        Index(
            padiff="0.1.0",
            framework="torch",
            framework_version="9.9",
            name="Net",
            level="full",
            modules=Net().modules(),
            tensors=tuple(writer.tensors),
            steps=steps,
            initial=initial,
        )
    )
    return Trace(path)


def test_moments_follow_one_another(tmp_path: Path) -> None:
    fc, head = "1/weight", "3/weight"
    trace = written(
        tmp_path / "t",
        {fc: 0, head: 4},
        StepEntry(0, buffers={head: 5}, gradients={fc: 3}, updated={fc: 1}),
        StepEntry(3, before={fc: 2}, gradients={head: 7}, updated={head: 6}),
        StepEntry(6),
    )
    expected = {
        "at first": (None, {fc: 0, head: 4}, {}),
        "begin 0": (lambda: trace.begin(0), {fc: 0, head: 4}, {}),
        "end 0": (lambda: trace.go_to(0), {fc: 0, head: 5}, {fc: 3}),
        "updated 0": (lambda: trace.go_to(0, updated=True), {fc: 1, head: 5}, {fc: 3}),
        "begin 1": (lambda: trace.begin(1), {fc: 2, head: 5}, {fc: 3}),
        "end 1": (lambda: trace.go_to(1), {fc: 2, head: 5}, {head: 7}),
        "updated 1": (lambda: trace.go_to(1, updated=True), {fc: 2, head: 6}, {head: 7}),
        "begin 0 again": (lambda: trace.begin(0), {fc: 0, head: 4}, {}),
        "end 2": (lambda: trace.go_to(2), {fc: 2, head: 6}, {}),
        "back": (lambda: trace.go_to(-1), {fc: 0, head: 4}, {}),
    }
    state = trace.model().handle().state()
    for name, (move, values, gradients) in expected.items():
        if move:
            move()
        found = {key: int(state.open(key).flat[0]) for key in ("fc.weight", "head.weight")}
        assert found == {"fc.weight": values[fc], "head.weight": values[head]}, name
        assert trace.gradients == gradients, name
    with trace.returning():
        trace.go_to(1)
    assert trace.state == {fc: 0, head: 4}


def test_places_that_are_not_there(tmp_path: Path) -> None:
    trace = Trace(write_rich(tmp_path / "t"))
    for move, place in ((trace.go_to, 2), (trace.go_to, -2), (trace.begin, 2), (trace.begin, -1)):
        with pytest.raises(IndexError, match=f"{place} is no place among 2 recorded steps"):
            move(place)
    assert trace.state == trace.index.initial


def test_values_that_were_not_recorded_are_said_to_be_so(tmp_path: Path) -> None:
    path = rewritten(write_rich(tmp_path / "t"), lambda index: index.pop("initial"))
    trace = Trace(path)
    state = trace.model().handle().state()
    assert state.specs["fc.weight"].defect is None  # it is known after the first step
    with pytest.raises(TraceError) as caught:
        state.open("fc.weight")
    assert str(caught.value) == (
        "The trace does not hold a tensor's values at this moment.\n"
        f"  where:    {path}, fc.weight\n"
        "  hint:     record it again with weights=True"
    )
    trace.go_to(0, updated=True)
    assert state.open("fc.weight").shape == (3, 2)
    path = rewritten(write_trace(tmp_path / "u"), lambda index: index.pop("initial"))
    spec = Trace(path).model().handle().state().specs["fc.weight"]
    assert spec.defect == "its values were not recorded"


def test_nothing_is_written_into_a_trace(tmp_path: Path) -> None:
    trace = Trace(write_trace(tmp_path / "t"))
    state = trace.model().handle().state()
    array = state.open("fc.weight")
    assert not array.flags.writeable
    with pytest.raises(UsageError) as caught:
        state.flush("fc.weight", array)
    assert str(caught.value) == (
        "A trace cannot be written.\n"
        "  got:      a recorded model\n"
        "  expected: a live one on this side"
    )


def test_a_trace_cannot_be_recorded(tmp_path: Path) -> None:
    model = Trace(write_trace(tmp_path / "t")).model()
    with pytest.raises(UsageError) as caught, padiff.record(model, tmp_path / "u"):
        raise AssertionError
    assert caught.value.what == "The adapter for torch cannot record what models do."
    assert caught.value.got.startswith("TraceAdapter without ")


def test_a_trace_says_what_it_is(tmp_path: Path) -> None:
    trace = Trace(write_trace(tmp_path / "t", Net(framework="paddle")))
    assert repr(trace) == f"Trace('{tmp_path / 't'}', Net, paddle)"
    assert (trace.name, len(trace.steps)) == ("Net", 1)
    assert repr(trace.model("teacher")) == "ProxyModel('teacher', paddle)"
    adapter: Any = trace.model().adapter
    assert (adapter.framework, adapter.version) == ("paddle", "9.9")


def test_tensors_are_copies_each_time(tmp_path: Path) -> None:
    trace = Trace(write_trace(tmp_path / "t"))
    assert not np.shares_memory(trace.tensor(0), trace.tensor(0))
