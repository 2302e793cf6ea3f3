"""One step of two traces that do not both hold the values of their tensors.

What differs there differs in the values. What agrees need not: a permutation leaves every statistic as
it is, so the report says by what was compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from padiff.aligning.accounts import (
    NO_GRADIENT,
    UNMEASURED,
    call_notes,
    check_something_compared,
    lone_gradient,
    lone_outputs,
    reached,
)
from padiff.aligning.aside import set_aside_gradients, set_aside_outputs
from padiff.aligning.comparer import ComparedCall
from padiff.aligning.comparison import Comparison, match_slots, named
from padiff.aligning.loss_nodes import recorded_loss
from padiff.aligning.nodes import Node, backward_node, forward_node
from padiff.aligning.origins import is_clean, step_origins
from padiff.aligning.sketched_state import StateSketches
from padiff.aligning.sketches import SketchGauge
from padiff.aligning.uncompared import parameter_notes
from padiff.capture.recording import Recorded, Recording
from padiff.capture.store import Store
from padiff.errors import PadiffError
from padiff.trace.model import RecordedTensor
from padiff.trace.sketch import sketch

if TYPE_CHECKING:
    from padiff.aligning.floors import Floors
    from padiff.aligning.replay import Replayer
    from padiff.aligning.settings import Settings
    from padiff.aligning.targets import Watching
    from padiff.capture.observer import Call, Place
    from padiff.capture.store import Loadable
    from padiff.model import Side
    from padiff.report.units import Phase
    from padiff.trace.index import Level
    from padiff.trace.sketch import Sketch, SketchOf

__all__ = ["SketchedStep"]


class SketchedStep:
    """Compares one step; beside `padiff.aligning.step.Step`, which needs the values.

    Args:
        players: Both sides' traces, at the step.
        watching: What was paired.
        settings: Of the alignment.
        level: What both traces hold at least.
    """

    def __init__(
        self,
        players: tuple[Replayer, Replayer],
        watching: Watching,
        settings: Settings,
        level: Level,
    ) -> None:
        self.roots: list[Node] = []
        """Top-level nodes of every phase that was compared, in the order of time."""
        self.losses: tuple[float, float] | None = None
        self.notes: list[str] = []
        self.unrun: list[Phase] = []
        self.gauge = SketchGauge(settings.tolerances)
        self._base, self._raw = players
        self._watching = watching
        self._settings = settings
        # A tensor is met several times in a step: as an output, as an input, as a gradient.
        self._sketch: SketchOf = cache(partial(sketch, level=level))
        self._first: dict[tuple[int, int], tuple[str, str]] = {}
        """By the sketches of both sides, the paths of the layer that two tensors passed first."""
        self._state = StateSketches(players, watching, self.gauge, self._sketch)

    @property
    def clean(self) -> bool:
        """Whether nothing that was compared differs."""
        return is_clean(self.roots)

    def origins(self) -> list[Node]:
        """Where differences arise; never empty if the step is not clean."""
        return step_origins(self.roots, self._watching.model, every=False)

    def run(self) -> None:
        """Compare the calls, their gradients and the state, as long as all before agrees."""
        backward = self._settings.backward
        ours = self._base.record(Store(), backward=backward)
        theirs = self._raw.record(Store(), backward=backward)
        self.notes += call_notes(self._watching, ours.count, theirs.count)
        calls = self._compared(ours, theirs)
        tops = [recorded.call for recorded in theirs if recorded.call.parent is None]
        forward = [n for n in (forward_node(call, calls) for call in tops) if n is not None]
        check_something_compared(forward, self._base, self._raw)
        aside = set_aside_outputs(forward)
        self._settle(forward)
        self.roots += forward
        if backward and self.clean:
            made = (backward_node(call, calls) for call in reversed(tops))
            nodes = [node for node in made if node is not None]
            set_aside_gradients(nodes, aside)
            self._backward([*nodes, *self._state.gradients()])
            self.notes += parameter_notes(self._watching)
        elif backward:
            self.unrun.append("backward")
        if self.clean:
            self._update()
        elif self._updates or self._state.holds_buffers:
            self.unrun.append("update")

    def _backward(self, nodes: Sequence[Node]) -> None:
        if not reached(nodes):
            self.notes.append(NO_GRADIENT)
            return
        self._settle(nodes)
        compound = self._base.compound or self._raw.compound
        self.roots += recorded_loss(self._watching.model, nodes, compound=compound)
        self.roots += nodes

    def _settle(self, nodes: Sequence[Node]) -> None:
        """Tell rounding from difference, where base's trace knows its rounding error."""
        every = [(n, c) for root in nodes for _, n in root.walk() for c in n.comparisons]
        in_doubt = [(node, c) for node, c in every if self.gauge.doubts(c)]
        if not in_doubt or self._settings.floor == "never":
            return
        try:
            floors = self._floors
        except PadiffError as error:
            if not all(comparison.agrees for _, comparison in in_doubt):
                self.notes.append(UNMEASURED.format(error.got))
            return
        for node, comparison in in_doubt:
            self.gauge.settle(comparison, floors.of(node, comparison))

    @cached_property
    def _floors(self) -> Floors:
        pairs = [pair for _, pair in self._watching.paired]
        return self._base.floors(Recording(), pairs, backward=True)

    @property
    def _updates(self) -> bool:
        return self._base.updates and self._raw.updates

    def _update(self) -> None:
        if self._updates:
            self._base.update()
            self._raw.update()
        self.roots += self._state.updates(weights=self._updates)

    def _compared(self, base: Recording, raw: Recording) -> dict[tuple[int, int], ComparedCall]:
        """Raw's calls that base made too, in order; what passes them is compared as it passes."""
        watched = self._watching.by_key
        calls = {
            recorded.call.identity: ComparedCall(recorded.call, found, watched[recorded.call.key])
            for recorded in raw
            if (found := base.find(recorded.call)) is not None
        }
        tops = (recorded.call for recorded in raw if recorded.call.parent is None)
        for call, place in (passed for top in tops for passed in _passing(top)):
            if call.identity in calls:
                self._compare_call(calls[call.identity], raw.calls[call.identity], place)
        return calls

    def _compare_call(self, compared: ComparedCall, raw: Recorded, place: Place) -> None:
        base = compared.base
        values = (base.inputs, raw.inputs) if place == "input" else (base.outputs, raw.outputs)
        ours, theirs = map(self._sketches, values)
        slots = match_slots(ours, list(theirs.items()), lenient=place == "input")
        paths = compared.watched.base_path, compared.watched.raw_path
        for slot, other in slots:
            both = ours[slot], theirs[other]
            first = self._first.setdefault((id(both[0]), id(both[1])), paths)
            found = self.gauge.compare(named(place, slot), first, *both)
            found.slot = slot
            compared.values[place].append(found)
        if place == "output":
            alone = ours.keys() - {b for b, _ in slots}, theirs.keys() - {r for _, r in slots}
            compared.values[place] += lone_outputs(compared.watched, *alone)
        gradients = base.gradients(place), raw.gradients(place)
        compared.gradients[place] += self._gradients(place, paths, slots, *gradients)

    def _gradients(
        self,
        place: Place,
        paths: tuple[str, str],
        slots: Sequence[tuple[str, str]],
        base: Mapping[str, Loadable],
        raw: Mapping[str, Loadable],
    ) -> Iterator[Comparison]:
        ours, theirs = self._sketches(base), self._sketches(raw)
        scale = max((each.rms for each in ours.values()), default=0.0)
        for slot, other in slots:
            name = named(f"gradient of {place}", slot)
            if slot in ours and other in theirs:
                found = self.gauge.compare(name, paths, ours[slot], theirs[other], scale=scale)
                found.slot = slot
                yield found
            elif slot in ours or other in theirs:
                side: Side = "base" if slot in ours else "raw"
                alone = ours[slot] if slot in ours else theirs[other]
                yield lone_gradient(name, paths, side, zeros=alone.zeros)

    def _sketches(self, tensors: Mapping[str, Loadable]) -> dict[str, Sketch]:
        return {
            slot: self._sketch(tensor.trace, tensor.number)
            for slot, tensor in tensors.items()
            if isinstance(tensor, RecordedTensor)
        }


def _passing(call: Call) -> Iterator[tuple[Call, Place]]:
    """A call and those within, once for what they are given and once for what they return, as time goes."""
    yield call, "input"
    for child in call.children:
        yield from _passing(child)
    yield call, "output"
