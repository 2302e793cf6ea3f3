"""What a base run left behind: every call with its tensors, held until raw has been compared.

Tensors are copied as they pass, because a model may overwrite them in place later; one that passes
several hooks unchanged is copied once, and so are equal ones that pass one after the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.capture.seen import Seen
from padiff.capture.store import Stored
from padiff.compare.blocks import same_bytes

if TYPE_CHECKING:
    from padiff.capture.observer import Call, Leaf, Place
    from padiff.capture.protocols import CaptureAdapter
    from padiff.capture.store import Loadable, Store
    from padiff.protocols import Array

__all__ = ["Recorded", "Recorder", "Recording"]

_RECENT = 4
"""Among so many copies of one shape the same values are looked for: a few layers' worth."""


@dataclass(eq=False, slots=True)
class Recorded:
    """The tensors of one call, by place and slot."""

    call: Call
    inputs: dict[str, Loadable] = field(default_factory=dict)
    outputs: dict[str, Loadable] = field(default_factory=dict)
    input_gradients: dict[str, Loadable] = field(default_factory=dict)
    output_gradients: dict[str, Loadable] = field(default_factory=dict)
    needless: set[tuple[Place, str]] = field(default_factory=set)
    """Slots of tensors that needed no gradient."""

    def gradients(self, place: Place) -> dict[str, Loadable]:
        """The gradients of its inputs or of its outputs."""
        return self.input_gradients if place == "input" else self.output_gradients

    @property
    def slots(self) -> tuple[dict[str, Loadable], ...]:
        """The tensors of all places."""
        return self.inputs, self.outputs, self.input_gradients, self.output_gradients


class Recording:
    """The calls of one forward pass (and the backward pass that followed), in order of entry."""

    def __init__(self) -> None:
        self.calls: dict[tuple[int, int], Recorded] = {}
        self.loss: Array | None = None
        """One element; None without a backward pass, or if there is nothing to take a loss of."""
        self.derived = False
        """Whether outputs or the loss depend on derivatives: what layers hand on is then not all that the
        gradients go by, and to feed a layer with other values would leave the rest as it was."""
        self.lets_go = False
        """Whether tensors go as they are found to agree."""

    def __iter__(self) -> Iterator[Recorded]:
        return iter(self.calls.values())

    def find(self, call: Call) -> Recorded | None:
        """The recorded call that stands for `call` of the other side."""
        return self.calls.get(call.identity)

    @property
    def whole(self) -> bool:
        """Whether all that was recorded is still there."""
        places = (place for recorded in self for place in recorded.slots)
        return not any(tensor.gone for place in places for tensor in place.values())

    def agreed(self, tensor: Loadable) -> None:
        """A tensor was found to agree in one of its places: where it has no other, it may be let go."""
        if self.lets_go and isinstance(tensor, Stored):
            tensor.places -= 1
            if not tensor.places:
                tensor.let_go()

    def clear(self) -> None:
        """Forget all tensors; the calls stay."""
        for recorded in self:
            for place in recorded.slots:
                place.clear()

    def fill(self, again: Recording) -> None:
        """Take over what passed when the run was made once more.

        A model that counts its calls may have made others: those of the first run stay without tensors.
        """
        self.loss = again.loss
        for recorded in again:
            ours = self.calls.setdefault(recorded.call.identity, recorded)
            for place, tensors in zip(ours.slots, recorded.slots, strict=True):
                place.update(tensors)

    def count(self, key: int) -> int:
        """How often the modules of `key` were called."""
        return sum(1 for recorded, _ in self.calls if recorded == key)


class Recorder:
    """A sink that keeps everything."""

    def __init__(self, adapter: CaptureAdapter, store: Store) -> None:
        self.recording = Recording()
        self._adapter = adapter
        self._store = store
        self._seen: Seen[Stored] = Seen(adapter)
        self._recent: dict[tuple[tuple[int, ...], np.dtype[Any]], deque[Stored]] = {}
        """The last copies made of each shape and dtype."""

    def entered(self, call: Call, inputs: Sequence[Leaf]) -> None:
        """Keep the inputs."""
        recorded = Recorded(call)
        self._keep_all(recorded, "input", inputs)
        self.recording.calls[call.identity] = recorded

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        """Keep the outputs."""
        recorded = self.recording.calls[call.identity]
        self._keep_all(recorded, "output", outputs)
        return None

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> Array | None:
        """Keep a gradient."""
        recorded = self.recording.calls[call.identity]
        recorded.gradients(place)[slot] = _placed(self._copied(values))
        return None

    def _keep_all(self, recorded: Recorded, place: Place, tensors: Sequence[Leaf]) -> None:
        kept = recorded.inputs if place == "input" else recorded.outputs
        for slot, tensor in tensors:
            kept[slot] = _placed(self._keep(tensor))
            if not self._adapter.needs_gradient(tensor):
                recorded.needless.add((place, slot))

    def _keep(self, tensor: Any) -> Stored:
        stored = self._seen.get(tensor)
        if stored is None:
            stored = self._copied(self._adapter.array(tensor))
            self._seen.put(tensor, stored)
        return stored

    def _copied(self, values: Array) -> Stored:
        """A copy; of what was copied a moment ago, that one.

        What a layer hands on the next one takes, a gradient too, often as another tensor.
        """
        recent = self._recent.setdefault((values.shape, values.dtype), deque(maxlen=_RECENT))
        for stored in recent:
            known = stored.load()
            # Of one order in memory, and without gaps: as it lies there, it is compared without a copy.
            if known.strides == values.strides and same_bytes(known.ravel("K"), values.ravel("K")):
                return stored
        stored = self._store.put(values)
        recent.append(stored)
        return stored


def _placed(stored: Stored) -> Stored:
    stored.places += 1
    return stored
