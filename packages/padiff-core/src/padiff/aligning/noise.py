"""The noise floor: base once more in float64, to tell rounding from difference."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from padiff.compare.measure import measure
from padiff.compare.metrics import Metrics
from padiff.compare.noise import NoiseFloor
from padiff.compare.tolerance import Tolerance
from padiff.compare.verdict import judge

if TYPE_CHECKING:
    from padiff.aligning.comparison import Comparison
    from padiff.capture.observer import Call, Leaf, Place
    from padiff.capture.protocols import CaptureAdapter
    from padiff.capture.recording import Recording
    from padiff.protocols import Array

__all__ = ["CHAOS", "FloorSink", "Floors", "floor_between", "judge_by_floor"]

Floors: TypeAlias = "dict[tuple[object, Place, str], NoiseFloor]"
"""By call, place and slot."""

CHAOS = 1e-2
"""A floor of more than this share of the values themselves is none: the float64 run went another way
(another dropout mask, another branch), and would excuse anything."""


class FloorSink:
    """The sink of the float64 run: measures base's recording against it.

    Args:
        adapter: Base's adapter.
        recording: Base's run in its own precision.
        feed: Hand on the recorded outputs at every call that `is_fed`, so that the backward pass is
            taken at the very same point: a ReLU whose input is all but zero must not open on one side
            only.
    """

    def __init__(self, adapter: CaptureAdapter, recording: Recording, *, feed: bool) -> None:
        self.values: Floors = {}
        self.gradients: Floors = {}
        self._adapter = adapter
        self._recording = recording
        self._feed = feed

    def entered(self, call: Call, inputs: Sequence[Leaf]) -> None:
        """Measure the inputs."""
        self._measure(call, "input", inputs)

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        """Measure the outputs; if fed, answer the recorded ones."""
        self._measure(call, "output", outputs)
        recorded = self._recording.find(call)
        if recorded is None or not (self._feed and call.is_fed):
            return None
        known = {slot: stored.load() for slot, stored in recorded.outputs.items()}
        wide = {slot: self._adapter.array(tensor) for slot, tensor in outputs}
        return {
            slot: known[slot].astype(values.dtype)
            for slot, values in wide.items()
            if slot in known and known[slot].shape == values.shape and values.dtype.kind == "f"
        }

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> Array | None:
        """Measure a gradient."""
        recorded = self._recording.find(call)
        stored = recorded.gradients(place).get(slot) if recorded else None
        if stored and (found := floor_between(stored.load(), values)):
            self.gradients[call.identity, place, slot] = found
        return None

    def _measure(self, call: Call, place: Place, tensors: Iterable[Leaf]) -> None:
        if (recorded := self._recording.find(call)) is None:
            return
        known = recorded.inputs if place == "input" else recorded.outputs
        for slot, tensor in tensors:
            stored = known.get(slot)
            if stored is None or stored.gone:
                continue
            if found := floor_between(stored.load(), self._adapter.array(tensor)):
                self.values[call.identity, place, slot] = found


def floor_between(base: Array, wide: Array) -> NoiseFloor | None:
    """Base held against itself in float64.

    None if the two cannot be compared, are no floats, or if the error is not finite: such a floor would
    excuse anything.
    """
    if base.shape != wide.shape or base.dtype.kind not in "fVc":
        return None
    found = measure(base, wide, tolerance=Tolerance(0.0, 0.0), same_dtype=False)
    if not isinstance(found, Metrics) or found.nonfinite_differences:
        return None
    if not (math.isfinite(found.rms) and math.isfinite(found.max_abs)):
        return None
    return NoiseFloor.of(found)


def judge_by_floor(comparison: Comparison, floor: NoiseFloor | None, scale: float = 0.0) -> None:
    """Revise a comparison's verdict by base's own rounding error.

    A floor as large as the values themselves excuses nothing.
    """
    measured = comparison.measured
    if floor is None or not isinstance(measured, Metrics):
        return
    size = max(measured.rms_base, scale)
    if floor.rms <= CHAOS * size:
        comparison.floor = floor
        comparison.verdict = judge(measured, replace(floor, scale=scale))
