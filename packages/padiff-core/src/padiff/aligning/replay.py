"""One of the two models, recorded: its run is played from a trace, and cannot be had otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from padiff.aligning.floors import Floors, RecordedFloors
from padiff.aligning.progress import Meter
from padiff.capture.observer import Call, Sink, Target
from padiff.capture.recording import Recorded, Recording
from padiff.errors import LayoutError, UsageError
from padiff.trace.model import RecordedState, RecordedTensor

if TYPE_CHECKING:
    from padiff.capture.store import Store
    from padiff.model import ProxyModel, Side
    from padiff.pairing import Pair
    from padiff.trace.index import CallEntry, StepEntry
    from padiff.trace.trace import Trace

__all__ = ["Replayer"]


@dataclass(frozen=True, slots=True)
class Replayer:
    """Plays one step of a trace; see `padiff.aligning.side.Runner`, beside which it stands."""

    side: Side
    proxy: ProxyModel[Any]
    trace: Trace
    targets: Sequence[Target]
    position: int
    """The step's place among those recorded. Making a replayer moves the trace to before the step."""
    meter: Meter
    _tensors: dict[int, RecordedTensor] = field(default_factory=dict, init=False, repr=False)
    """By number, those handed out: what passes several calls unchanged is one object, as in a live run."""

    live = False
    """A recorded run cannot be made anew, nor with something changed."""

    def __post_init__(self) -> None:
        self.trace.begin(self.position)

    @property
    def adapter(self) -> Any:
        """The trace's adapter."""
        return self.proxy.adapter

    @property
    def module(self) -> Any:
        """What stands for the model."""
        return self.proxy.model

    optimizer = None

    def again(self) -> AbstractContextManager[None]:
        """What is played changes nothing."""
        return nullcontext()

    def drew(self) -> bool:
        """A trace does not tell whether random numbers were drawn."""
        return False

    @property
    def updates(self) -> bool:
        """Whether the parameters after an optimizer's step were recorded."""
        return self.trace.index.updates

    @property
    def compound(self) -> bool:
        """Whether the outputs' gradients are not all that the step's backward pass began with."""
        return bool(self._step.compound)

    @property
    def _step(self) -> StepEntry:
        return self.trace.steps[self.position]

    def record(self, store: Store, *, backward: bool, why: str = "") -> Recording:  # noqa: ARG002 - it is on disk already
        """The step as a recording, whose tensors are read when they are asked for."""
        recording = Recording()
        recording.derived = self._step.compound == "derivatives"
        for call, entry in self._calls():
            recorded = Recorded(
                call,
                dict(self._leaves(entry.inputs)),
                dict(self._leaves(entry.outputs)),
                dict(self._leaves(entry.input_gradients if backward else {})),
                dict(self._leaves(entry.output_gradients if backward else {})),
            )
            recording.calls[call.identity] = recorded
        self.trace.go_to(self.position)
        return recording

    def _leaves(self, slots: Mapping[str, int]) -> list[tuple[str, RecordedTensor]]:
        return [(slot, self._tensor(number)) for slot, number in slots.items()]

    def _tensor(self, number: int) -> RecordedTensor:
        return self._tensors.setdefault(number, RecordedTensor(self.trace, number))

    def run(self, sink: Sink, *, backward: bool, why: str = "") -> None:
        """Play the step to a sink; what the sink would hand on in place of a tensor goes nowhere."""
        self.meter.run(f"{why}: {self.side}" if why else self.side, "forward")
        sink = self.meter.counting(sink)
        calls = list(self._calls())
        under_way: list[tuple[Call, CallEntry]] = []
        for call, entry in calls:
            while under_way and under_way[-1][0] is not call.parent:
                self._leave(sink, *under_way.pop())
            sink.entered(call, self._leaves(entry.inputs))
            under_way.append((call, entry))
        while under_way:
            self._leave(sink, *under_way.pop())
        if backward:
            self.meter.run(f"{why}: {self.side}" if why else self.side, "backward")
            self._play_gradients(sink, calls)
        self.trace.go_to(self.position)

    def _leave(self, sink: Sink, call: Call, entry: CallEntry) -> None:
        sink.left(call, self._leaves(entry.outputs))

    def _play_gradients(self, sink: Sink, calls: Sequence[tuple[Call, CallEntry]]) -> None:
        for call, entry in reversed(calls):
            for slot, number in entry.output_gradients.items():
                sink.gradient(call, "output", slot, self.trace.tensor(number))
            for slot, number in entry.input_gradients.items():
                sink.gradient(call, "input", slot, self.trace.tensor(number))

    def _calls(self) -> Iterator[tuple[Call, CallEntry]]:
        """The calls of watched modules, in the order in which they began."""
        keys: dict[int, tuple[int, bool]] = {}
        for target in self.targets:
            keys.setdefault(target.module.number, (target.key, target.leaf))
        made: dict[int, Call | None] = {-1: None}
        counts: dict[int, int] = {}
        for number, entry in enumerate(self._step.calls):
            parent = made[entry.parent]
            if entry.module not in keys:
                made[number] = (
                    parent  # as if it had no hook: what is within belongs to what is around
                )
                continue
            key, leaf = keys[entry.module]
            call = Call(key, counts.get(key, 0), parent, leaf, entry.source)
            counts[key] = call.number + 1
            if parent is not None:
                parent.children.append(call)
            made[number] = call
            yield call, entry

    def update(self) -> None:
        """Go on to what the parameters were after the optimizer's step."""
        self.trace.go_to(self.position, updated=True)

    def floors(self, recording: Recording, pairs: Sequence[Pair], *, backward: bool) -> Floors:  # noqa: ARG002 - what a Runner needs
        """The model's own rounding errors in this step, as they were recorded.

        Raises:
            UsageError: If they were not.
        """
        calls = {call.identity: entry.floors for call, entry in self._calls()}
        if not any(calls.values()):
            raise UsageError(
                "A trace cannot be run again in float64.",
                got=f"{self.side} is a trace, recorded without rounding=True",
            )
        floors = self._step.floors
        parameters = {
            (id(pair), name): floors[key]
            for pair in pairs
            for name, key in self.keys(pair)
            if key in floors
        }
        return RecordedFloors(calls, parameters)

    def keys(self, pair: Pair) -> Iterator[tuple[str, str]]:
        """The canonical names of a pair's tensors, with their keys in the trace."""
        unit = getattr(pair, self.side)
        state = unit.state
        if isinstance(state, RecordedState) and not isinstance(unit.canonical, LayoutError):
            for name, owner in unit.canonical.owners.items():
                yield name, state.keys[owner]
