"""A recorded model's own rounding error: its step once more in float64.

Where both models are live, that run is only made where a difference shows. A recorded one cannot run
when the comparison is made, so it runs when it is recorded, if asked to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.aligning.inputs import Arguments, widen
from padiff.aligning.losses import loss_from
from padiff.aligning.noise import FloorSink, floor_between
from padiff.aligning.parameters import unit_gradients
from padiff.aligning.side import Runner
from padiff.capture.nested import map_leaves
from padiff.capture.recording import Recorder
from padiff.capture.store import Store
from padiff.model import ProxyModel, walk
from padiff.trace.index import Floor
from padiff.trace.keys import floor_key, state_key

if TYPE_CHECKING:
    from padiff.aligning.noise import Floors
    from padiff.capture.observer import Call, Leaf, Place, Target
    from padiff.capture.protocols import RecordAdapter
    from padiff.compare.noise import NoiseFloor
    from padiff.protocols import Array
    from padiff.trace.tree import Tree

__all__ = ["Rounding", "StepFloors"]


@dataclass(frozen=True, slots=True)
class StepFloors:
    """The rounding errors of one step."""

    values: Floors
    gradients: Floors
    parameters: Mapping[str, Floor]
    """Of the parameters' gradients, by state key."""

    def of(self, call: Call) -> dict[str, Floor]:
        """Those of one call, as the index holds them."""
        found = ((self.values, False), (self.gradients, True))
        return {
            floor_key(place, slot, gradient=gradient): _entry(floor)
            for floors, gradient in found
            for (identity, place, slot), floor in floors.items()
            if identity == call.identity
        }


def _entry(floor: NoiseFloor) -> Floor:
    return Floor(floor.rms, floor.max_abs)


class Rounding:
    """Keeps a float64 copy of a model beside it, and runs that after each step.

    Args:
        proxy: The model. No hook of ours may be on it yet: the copy would have it too.
        adapter: Its adapter.
        tree: Its modules.
        targets: Those that are watched.
    """

    def __init__(
        self,
        proxy: ProxyModel[Any],
        adapter: RecordAdapter,
        tree: Tree,
        targets: Sequence[Target],
    ) -> None:
        self._narrow = proxy
        self._adapter = adapter
        self._tree = tree
        self._wide = ProxyModel(adapter.widened(proxy.model), adapter, proxy.name)
        copies = {handle.path: handle for handle in walk(self._wide.handle())}
        self._copies = copies
        self._targets = [
            replace(target, module=copies[tree.places[target.key].entry.path].module)
            for target in targets
        ]
        self._arguments: dict[Call, Arguments] = {}
        self._random_state = adapter.random_state()
        self._wide_gradients: dict[str, Array] = {}
        self.recorder = Recorder(adapter, Store())

    def begin(self) -> None:
        """A step begins: forget the last."""
        self._arguments = {}
        self.recorder = Recorder(self._adapter, Store())

    def called(self, call: Call, given: Mapping[str, Any]) -> None:
        """The model is called: its arguments are copied, and the copy gets its weights and modes."""
        if not self._arguments:
            self._follow()
            self._random_state = self._adapter.random_state()
        copied = map_leaves(
            dict(given), self._adapter.is_tensor, lambda _, tensor: self._adapter.detached(tensor)
        )
        self._arguments[call] = Arguments(copied["args"], copied["kwargs"])

    def left(self, call: Call, outputs: Sequence[Leaf]) -> None:
        """A call returned; see `Recorder`."""
        if call.identity in self.recorder.recording.calls:
            self.recorder.left(call, outputs)

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> None:
        """A gradient came; see `Recorder`."""
        if call.identity in self.recorder.recording.calls:
            self.recorder.gradient(call, place, slot, values)

    def _follow(self) -> None:
        ours, theirs = self._narrow.handle(), self._wide.handle()
        for one, other in zip(walk(ours), walk(theirs), strict=True):
            if hasattr(one.module, "training"):
                other.module.training = one.module.training
        narrow, wide = ours.state(), theirs.state()
        with self._adapter.no_grad():
            for name, spec in narrow.specs.items():
                if not spec.defect and name in wide.specs:
                    values = wide.open(name)
                    np.copyto(values, narrow.open(name), casting="unsafe")
                    wide.flush(name, values)

    def measure(
        self, roots: Sequence[Call], parameters: Mapping[str, Array], *, backward: bool
    ) -> StepFloors | None:
        """Run the copy, and hold the step against it.

        Args:
            roots: The calls of the model in the step.
            parameters: By state key, the gradients of the parameters; empty without a backward pass.
            backward: Whether the outputs' gradients are all that a backward pass began with.

        Returns:
            None if the model was not called exactly once.
        """
        if len(roots) != 1 or roots[0] not in self._arguments:
            return None
        recorded = self.recorder.recording.calls[roots[0].identity]
        began = recorded.output_gradients if backward else {}
        gradients = {slot: stored.load() for slot, stored in began.items()}
        sink = self._run(self._arguments[roots[0]], tuple(recorded.outputs), gradients)
        return StepFloors(sink.values, sink.gradients, dict(self._of_parameters(parameters)))

    def _run(
        self, arguments: Arguments, slots: Sequence[str], gradients: Mapping[str, Array]
    ) -> FloorSink:
        # Nothing is fed: raw will not be fed base's values either, its forward rounding comes on top.
        sink = FloorSink(self._adapter, self.recorder.recording, feed=False)
        runner = Runner(
            side="base",
            proxy=self._wide,
            module=self._wide.model,
            targets=self._targets,
            arguments=widen(arguments, self._wide),
            loss=loss_from(self._adapter, slots, gradients) if gradients else None,
            optimizer=None,
            synced_dropout=False,
            random_state=self._random_state,
        )
        self._adapter.clear_gradients(self._wide.model)
        with (
            self._adapter.preserved(self._wide.model),
            self._adapter.recording(bool(gradients)),
        ):
            runner.run(sink, backward=bool(gradients))
            self._wide_gradients = dict(self._parameter_gradients()) if gradients else {}
        return sink

    def _parameter_gradients(self) -> Iterator[tuple[str, Array]]:
        for number, place in self._tree.distinct:
            unit = place.node.unit
            if unit is None or not place.entry.tensors:
                continue
            copy = unit.in_copy(self._copies[unit.path])
            for name, values in unit_gradients(copy).items():
                yield state_key(number, name), np.array(values)

    def _of_parameters(self, parameters: Mapping[str, Array]) -> Iterator[tuple[str, Floor]]:
        for key, values in parameters.items():
            wide = self._wide_gradients.get(key)
            found = None if wide is None else floor_between(values, wide)
            if found is not None:
                yield key, _entry(found)
