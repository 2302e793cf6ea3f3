"""Base's rounding errors in one step: measured now in float64, or when the step was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from padiff.aligning.nodes import LOSS, Node
from padiff.aligning.noise import FloorSink, floor_between
from padiff.aligning.parameters import unit_gradients
from padiff.compare.noise import NoiseFloor
from padiff.model import walk
from padiff.trace.keys import floor_key

if TYPE_CHECKING:
    from padiff.aligning.comparison import Comparison
    from padiff.aligning.side import Runner
    from padiff.capture.observer import Place
    from padiff.capture.recording import Recording
    from padiff.pairing import Pair
    from padiff.protocols import LayerHandle
    from padiff.trace.index import Floor

__all__ = ["Floors", "LiveFloors", "RecordedFloors"]


class Floors(Protocol):
    """The rounding errors of one step."""

    def of(self, node: Node, comparison: Comparison) -> NoiseFloor | None:
        """The one that belongs to a comparison; None if none was measured."""


class LiveFloors:
    """Measured by running base once more.

    Args:
        wide: Base in float64.
        recording: Base's run in its own precision.
        pairs: Whose parameters' gradients are measured too, after a backward pass.
        backward: Whether to run the backward pass.
    """

    def __init__(
        self, wide: Runner, recording: Recording, pairs: Sequence[Pair], *, backward: bool
    ) -> None:
        self._sink = FloorSink(wide.adapter, recording, feed=backward and not recording.derived)
        loss = wide.run(self._sink, backward=backward, why="settling in float64")
        self._loss = None
        if recording.loss is not None and loss is not None:
            self._loss = floor_between(recording.loss, loss)
        handles = {handle.path: handle for handle in walk(wide.adapter.handle(wide.module))}
        self._gradients: dict[tuple[int, str], NoiseFloor] = {}
        for pair in pairs if backward else ():
            self._measure(pair, handles[pair.base.path])

    def _measure(self, pair: Pair, handle: LayerHandle) -> None:
        ours = pair.base
        theirs = unit_gradients(ours.in_copy(handle))
        for name, values in unit_gradients(ours).items():
            if name in theirs and (found := floor_between(values, theirs[name])):
                self._gradients[id(pair), name] = found

    def of(self, node: Node, comparison: Comparison) -> NoiseFloor | None:
        """The one that belongs to a comparison."""
        if node.key == LOSS and node.phase == "forward":
            return self._loss
        if _is_parameter(comparison):
            found = self._gradients.get((id(node.watched.pair), comparison.slot))
            if found:
                return found
        known = self._sink.values if node.phase == "forward" else self._sink.gradients
        return known.get(((node.key, node.call), _place(comparison), comparison.slot))


class RecordedFloors:
    """Read from a trace.

    Args:
        calls: By the identity of a call, its floors as the index holds them.
        parameters: Of the parameters' gradients, by pair and canonical name.
    """

    def __init__(
        self,
        calls: Mapping[tuple[int, int], Mapping[str, Floor]],
        parameters: Mapping[tuple[int, str], Floor],
    ) -> None:
        self._calls = calls
        self._parameters = parameters

    def of(self, node: Node, comparison: Comparison) -> NoiseFloor | None:
        """The one that belongs to a comparison."""
        found = None
        if _is_parameter(comparison):
            found = self._parameters.get((id(node.watched.pair), comparison.slot))
        if found is None:
            key = floor_key(_place(comparison), comparison.slot, gradient=node.phase == "backward")
            found = self._calls.get((node.key, node.call), {}).get(key)
        return None if found is None else NoiseFloor(found.rms, found.max_abs)


def _is_parameter(comparison: Comparison) -> bool:
    return comparison.name == f"gradient of {comparison.slot}"


def _place(comparison: Comparison) -> Place:
    return "input" if "input" in comparison.name.split() else "output"
