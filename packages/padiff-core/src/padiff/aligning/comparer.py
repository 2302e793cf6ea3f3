"""The sink of raw's run: holds each tensor against base's recording as it passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from padiff.aligning.accounts import lone_gradient, lone_outputs
from padiff.aligning.beside import Beside
from padiff.aligning.comparison import Comparison, alike, match_slots, named, rms
from padiff.trace.model import RecordedTensor

if TYPE_CHECKING:
    from padiff.aligning.comparison import Gauge
    from padiff.aligning.side import Player
    from padiff.aligning.targets import Watched
    from padiff.capture.observer import Call, Leaf, Place
    from padiff.capture.recording import Recorded, Recording
    from padiff.capture.store import Loadable
    from padiff.model import Side
    from padiff.protocols import Array

__all__ = ["ComparedCall", "Comparer"]


@dataclass(eq=False)
class ComparedCall:
    """One call of raw, with what was compared. By place: inputs and outputs, values and gradients."""

    call: Call
    base: Recorded
    watched: Watched
    values: dict[Place, list[Comparison]] = field(
        default_factory=lambda: {"input": [], "output": []}
    )
    gradients: dict[Place, list[Comparison]] = field(
        default_factory=lambda: {"input": [], "output": []}
    )
    slots: dict[Place, dict[str, str]] = field(default_factory=lambda: {"input": {}, "output": {}})
    """By raw's slot, base's."""
    needless: set[tuple[Place, str]] = field(default_factory=set)
    """Base's slots of those of raw's tensors that need no gradient."""
    fed: bool = False
    """Whether gradients of base's were handed on in place of its own."""

    @cached_property
    def gradient_scale(self) -> float:
        """The largest RMS among base's gradients of this call: what its rounding errors go by."""
        both = (*self.base.output_gradients.values(), *self.base.input_gradients.values())
        return max((rms(stored.load()) for stored in both), default=0.0)


class Comparer:
    """Compares raw's calls with base's, and feeds raw what base had if asked to.

    Args:
        raw: Raw, which `run` runs.
        recording: Base's run.
        watched: Pairs of modules by key.
        gauge: Measures.
        feed_values: Hand on base's outputs in place of raw's, at every call that `is_fed`.
        feed_gradients: Hand on base's gradients of outputs in place of raw's, there too.
    """

    def __init__(
        self,
        raw: Player,
        recording: Recording,
        watched: Mapping[int, Watched],
        gauge: Gauge,
        *,
        feed_values: bool,
        feed_gradients: bool,
    ) -> None:
        self.roots: list[Call] = []
        """Calls that are within no other."""
        self.calls: dict[tuple[int, int], ComparedCall] = {}
        self.unpaired: list[Call] = []
        """Calls base did not make."""
        self._raw = raw
        self._adapter = raw.adapter
        self._recording = recording
        self._watched = watched
        self._beside = Beside(gauge, overwrites=raw.live)
        self._feed_values = feed_values
        self._feed_gradients = feed_gradients
        self._known: dict[object, tuple[Callable[[], Any], Loadable, Comparison]] = {}

    def run(self, *, backward: bool, why: str = "") -> Array | None:
        """Run raw; see `padiff.aligning.side.Runner.run`. All is measured afterwards."""
        with self._beside.running():
            return self._raw.run(self, backward=backward, why=why)

    def entered(self, call: Call, inputs: Sequence[Leaf]) -> None:
        """Compare the inputs, as far as they can be told to belong together."""
        if call.parent is None:
            self.roots.append(call)
        if (recorded := self._recording.find(call)) is None:
            self.unpaired.append(call)
            return
        compared = ComparedCall(call, recorded, self._watched[call.key])
        self.calls[call.identity] = compared
        self._compare(compared, "input", recorded.inputs, inputs)

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        """Compare the outputs; if fed, answer base's."""
        if (compared := self.calls.get(call.identity)) is None:
            return None
        self._compare(compared, "output", compared.base.outputs, outputs)
        if not (self._feed_values and call.is_fed):
            return None
        return {
            slot: compared.base.outputs[compared.slots["output"][slot]].load()
            for slot, tensor in outputs
            if slot in compared.slots["output"] and self._replaceable(compared, slot, tensor)
        }

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> Array | None:
        """Compare a gradient; if fed, answer base's for an output."""
        compared = self.calls.get(call.identity)
        base_slot = compared.slots[place].get(slot) if compared else None
        if compared is None or base_slot is None:
            return None
        stored = compared.base.gradients(place).get(base_slot)
        name = named(f"gradient of {place}", base_slot)
        if stored is None:
            compared.gradients[place].append(self._alone(compared, place, base_slot, "raw", values))
            return None
        base = stored.load()
        scale = compared.gradient_scale
        agreed = self._letting_go(call, place, stored)
        comparison = self._beside.compare(
            name, self._paths(compared), base, values, scale=scale, agreed=agreed
        )
        comparison.slot = base_slot
        compared.gradients[place].append(comparison)
        if not (self._feed_gradients and call.is_fed and place == "output"):
            return None
        if not alike(base, values):
            return None
        compared.fed = True
        return base

    def finish_gradients(self) -> None:
        """After the backward pass: what base's reached and raw's did not."""
        for compared in self.calls.values():
            for place in ("input", "output"):
                seen = {comparison.name for comparison in compared.gradients[place]}
                names = {named(f"gradient of {place}", s) for s in compared.slots[place].values()}
                reached = compared.base.gradients(place)
                for slot, stored in reached.items():
                    name = named(f"gradient of {place}", slot)
                    if name not in seen and name in names:
                        found = self._alone(compared, place, slot, "base", stored.load())
                        compared.gradients[place].append(found)

    def _paths(self, compared: ComparedCall) -> tuple[str, str]:
        return compared.watched.base_path, compared.watched.raw_path

    def _alone(
        self, compared: ComparedCall, place: Place, slot: str, side: Side, values: Array
    ) -> Comparison:
        needless = compared.needless if side == "base" else compared.base.needless
        return lone_gradient(
            named(f"gradient of {place}", slot),
            self._paths(compared),
            side,
            zeros=not values.any(),
            needless=(place, slot) in needless,
        )

    def _compare(
        self,
        compared: ComparedCall,
        place: Place,
        recorded: Mapping[str, Loadable],
        tensors: Sequence[Leaf],
    ) -> None:
        native = dict(tensors)
        raw = [(slot, self._at_hand(tensor)) for slot, tensor in tensors]
        at_hand = dict(raw)
        matched = match_slots(recorded, raw, lenient=place == "input")
        compared.slots[place] = {raw_slot: base_slot for base_slot, raw_slot in matched}
        compared.needless |= {
            (place, base_slot)
            for base_slot, raw_slot in matched
            if not self._adapter.needs_gradient(native[raw_slot])
        }
        found = compared.values[place]
        for base_slot, raw_slot in matched:
            name = named(place, base_slot)
            stored, tensor = recorded[base_slot], native[raw_slot]
            agreed = self._letting_go(compared.call, place, stored)
            comparison = self._measured(name, compared, stored, tensor, at_hand[raw_slot], agreed)
            comparison.slot = base_slot
            found.append(comparison)
        if place == "output":
            alone = (
                recorded.keys() - {b for b, _ in matched},
                native.keys() - {r for _, r in matched},
            )
            found += lone_outputs(compared.watched, *alone)

    def _at_hand(self, tensor: Any) -> Array | RecordedTensor:
        """What tells shape and dtype of raw's tensor: the values, unless they would have to be read."""
        return tensor if isinstance(tensor, RecordedTensor) else self._adapter.array(tensor)

    def _letting_go(self, call: Call, place: Place, tensor: Loadable) -> Callable[[], None]:
        """What to do once a tensor of base's has been found to agree.

        The outputs of the model are kept, and their gradients: the loss is judged by them.
        """
        if call.parent is None and place == "output":
            return lambda: None
        return lambda: self._recording.agreed(tensor)

    def _measured(
        self,
        name: str,
        compared: ComparedCall,
        stored: Loadable,
        tensor: Any,
        at_hand: Array | RecordedTensor,
        agreed: Callable[[], None],
    ) -> Comparison:
        """Measure, or take over what was measured when these very tensors passed another hook."""
        key = (id(stored), self._adapter.identity(tensor))
        known = self._known.get(key)
        if known and known[0]() is tensor:
            return self._beside.again(known[2], name, agreed)
        base = stored.load()
        values = at_hand.load() if isinstance(at_hand, RecordedTensor) else at_hand
        comparison = self._beside.compare(name, self._paths(compared), base, values, agreed=agreed)
        self._known[key] = self._adapter.keep_alive(tensor), stored, comparison
        return comparison

    def _replaceable(self, compared: ComparedCall, slot: str, tensor: Any) -> bool:
        base = compared.base.outputs[compared.slots["output"][slot]]
        return alike(base, self._at_hand(tensor))
