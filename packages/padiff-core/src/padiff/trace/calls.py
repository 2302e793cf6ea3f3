"""The calls of the step under way: from what an observer reports to the entries of an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from padiff.capture.seen import Seen
from padiff.errors import TraceError
from padiff.trace.arguments import encode_arguments
from padiff.trace.index import CallEntry

if TYPE_CHECKING:
    from padiff.capture.observer import Call, Leaf, Place
    from padiff.capture.protocols import CaptureAdapter
    from padiff.protocols import Array
    from padiff.trace.rounding import StepFloors
    from padiff.trace.writer import TensorSink

__all__ = ["CallLog"]


@dataclass(eq=False)
class _Noted:
    """What is known of a call so far."""

    source: str
    inputs: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)
    input_gradients: dict[str, int] = field(default_factory=dict)
    output_gradients: dict[str, int] = field(default_factory=dict)
    arguments: Any = None


class CallLog:
    """Notes calls, their tensors and the gradients that come later.

    Args:
        adapter: The model's adapter.
        writer: Where tensors go.
        inputs: Whether to keep what modules are called with.
    """

    def __init__(self, adapter: CaptureAdapter, writer: TensorSink, *, inputs: bool) -> None:
        self._adapter = adapter
        self._writer = writer
        self._inputs = inputs
        self._calls: dict[Call, _Noted] = {}
        self._seen: Seen[int] = Seen(adapter)

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __contains__(self, call: Call) -> bool:
        return call in self._calls

    def clear(self) -> None:
        """Begin the next step."""
        self._calls = {}
        self._seen = Seen(self._adapter)

    def has_outermost(self, key: int) -> bool:
        """Whether a module was called from outside of the model."""
        return any(call.key == key and call.parent is None for call in self._calls)

    @property
    def backward(self) -> bool:
        """Whether a gradient was seen."""
        calls = self._calls.values()
        return any(call.output_gradients or call.input_gradients for call in calls)

    def begin(self, call: Call, given: Mapping[str, Any]) -> None:
        """Note a call, and the arguments of one that is within no other."""
        mine = _Noted(call.source.encode("utf-8", "backslashreplace").decode())
        self._calls[call] = mine
        if call.parent not in self._calls:
            # What a caller passes may have been written where no framework counts, by NumPy say.
            self._seen = Seen(self._adapter)
            if self._inputs:
                mine.arguments = {
                    name: encode_arguments(given[name], self._adapter.is_tensor, name)
                    for name in given
                }

    def enter(self, call: Call, inputs: Sequence[Leaf]) -> None:
        """Note the inputs."""
        if self._inputs:
            self._calls[call].inputs.update(self._kept(call, inputs))

    def leave(self, call: Call, outputs: Sequence[Leaf]) -> None:
        """Note the outputs."""
        self._calls[call].outputs.update(self._kept(call, outputs))

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> None:
        """Note a gradient."""
        mine = self._calls[call]
        slots = mine.input_gradients if place == "input" else mine.output_gradients
        slots[slot] = self._writer.put(values)

    def drop(self, call: Call) -> None:
        """Forget a call from outside that raised, and all within: who made it did without."""
        pending = [] if call.parent else [call]
        while pending:
            gone = pending.pop()
            self._calls.pop(gone, None)
            pending += gone.children

    def _kept(self, call: Call, tensors: Sequence[Leaf]) -> dict[str, int]:
        numbers = {slot: self._number(tensor) for slot, tensor in tensors}
        if len(numbers) < len(tensors):
            slots = [slot for slot, _ in tensors]
            raise TraceError(
                "Two tensors of one call come under one name.",
                where=call.source,
                got=next(slot for slot in slots if slots.count(slot) > 1),
                hint="pass them under keys whose text differs, without dots",
            )
        return numbers

    def _number(self, tensor: Any) -> int:
        number = self._seen.get(tensor)
        if number is None:
            number = self._writer.put(self._adapter.array(tensor))
            self._seen.put(tensor, number)
        return number

    def entries(self, floors: StepFloors | None = None) -> tuple[CallEntry, ...]:
        """The calls in the order in which they began, with their rounding errors if there are any."""
        places = {call: place for place, call in enumerate(self._calls)}
        return tuple(
            CallEntry(
                call.key,
                places.get(call.parent, -1) if call.parent else -1,
                noted.source,
                noted.inputs,
                noted.outputs,
                noted.input_gradients,
                noted.output_gradients,
                noted.arguments,
                floors.of(call) if floors else {},
            )
            for call, noted in self._calls.items()
        )
