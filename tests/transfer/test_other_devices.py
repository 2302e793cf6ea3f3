"""Where NumPy does not see the memory, copies are staged; a failure half-way is undone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import padiff
from padiff import Registry
from tests.reference import Linear, Sequential, TransposedLinear
from tests.reference.state import ReferenceState
from tests.small.marks import marks_of
from tests.small.refused import lines, refusal


@pytest.mark.parametrize("device", ["here", "far"])
@pytest.mark.parametrize("raw_device", ["here", "far"])
def test_every_pair_of_devices_works(reference: Registry, device: Any, raw_device: Any) -> None:
    base, raw = Linear(3, 2, device=device), TransposedLinear(3, 2, device=raw_device)
    padiff.assign_weight(base, raw, registry=reference)
    np.testing.assert_array_equal(raw.kernel.read(), base.weight.read().T)
    np.testing.assert_array_equal(raw.offset.read(), base.bias.read()[None])


def test_a_neutral_value_reaches_another_device(reference: Registry) -> None:
    base, raw = Linear(3, 2, bias=False), TransposedLinear(3, 2, device="far")
    padiff.assign_weight(base, raw, registry=reference)
    assert raw.offset.read().tolist() == [[0, 0]]


@pytest.mark.parametrize("failing", ["weight", "bias"])
@pytest.mark.parametrize("places", [("far", "far"), ("here", "far"), ("far", "here")])
def test_a_device_that_fails_leaves_raw_as_it_was(
    reference: Registry, monkeypatch: pytest.MonkeyPatch, places: tuple[Any, Any], failing: str
) -> None:
    base = Sequential(Linear(2, 2), Linear(2, 2))
    raw = Sequential(*(Linear(2, 2, device=place) for place in places))
    before = marks_of(raw)
    last = max(i for i, place in enumerate(places) if place == "far")
    target = getattr(getattr(raw, str(last)), failing)
    flush = ReferenceState.flush

    def break_down(self: ReferenceState, name: str, array: Any) -> None:
        if self._slots[name].tensor is target:
            msg = "the device is gone"
            raise RuntimeError(msg)
        flush(self, name, array)

    monkeypatch.setattr(ReferenceState, "flush", break_down)
    with pytest.raises(RuntimeError, match="the device is gone"):
        padiff.assign_weight(base, raw, registry=reference)
    assert marks_of(raw) == before


def test_a_device_that_cannot_be_read_leaves_raw_as_it_was(
    reference: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = Sequential(Linear(2, 2, device="far"), Linear(2, 2, device="far"))
    raw = Sequential(Linear(2, 2), Linear(2, 2))
    before = marks_of(raw)
    target = getattr(base, "1").weight
    look = ReferenceState.open

    def break_down(self: ReferenceState, name: str) -> Any:
        if self._slots[name].tensor is target:
            msg = "the device is gone"
            raise RuntimeError(msg)
        return look(self, name)

    monkeypatch.setattr(ReferenceState, "open", break_down)
    with pytest.raises(RuntimeError, match="the device is gone"):
        padiff.assign_weight(base, raw, registry=reference)
    assert marks_of(raw) == before


def test_where_nothing_can_fail_no_second_copy_is_made(
    reference: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def snapshot(_: ReferenceState) -> None:
        pytest.fail("a snapshot was taken")

    monkeypatch.setattr(ReferenceState, "snapshot", snapshot)
    assert padiff.assign_weight(Linear(2, 2), Linear(2, 2), registry=reference)


def test_read_only_memory_cannot_be_written(reference: Registry) -> None:
    raw = Linear(2, 3)
    assert raw.bias.memory is not None
    raw.bias.memory.flags.writeable = False
    assert lines(refusal(Linear(2, 3), raw, registry=reference)) == [
        "Nothing was transferred from Linear to Linear: 1 problem.",
        "  1. A tensor cannot be written.",
        "     where:    raw bias",
        "     got:      its memory is read-only",
    ]
