"""Recording one run: from hooks and steps to the entries of an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from padiff._version import __version__
from padiff.capture.observer import Observer, Target
from padiff.capture.seen import Seen
from padiff.errors import TraceError
from padiff.trace.arguments import encode_arguments
from padiff.trace.calls import OpenCalls
from padiff.trace.index import Index, ModuleEntry, Moment, StepEntry
from padiff.trace.tree import anything, is_kept, is_parameter
from padiff.trace.writer import digest

if TYPE_CHECKING:
    from padiff.capture.observer import Call, Leaf, Place
    from padiff.capture.protocols import RecordAdapter
    from padiff.model import ProxyModel
    from padiff.protocols import Array
    from padiff.trace.rounding import Rounding, StepFloors
    from padiff.trace.tree import Tree
    from padiff.trace.writer import TraceWriter

__all__ = ["Options", "Session"]

_ROOT = 0


@dataclass(frozen=True, slots=True)
class Options:
    """What to record."""

    steps: int
    every: int
    rank: int
    weights: bool
    inputs: bool
    updates: bool
    """Whether an optimizer is watched, whose steps are the steps."""
    limits: tuple[str, ...]


class Session:
    """Records steps until as many were seen as asked for.

    A step is one call of the model, with the backward pass that follows it; or, where an optimizer is
    watched, all that happens until it has stepped. Calls of parts of the model from outside belong to
    the step they fall into.

    Args:
        proxy: The model.
        adapter: Its adapter.
        tree: Its modules.
        targets: Which of them to watch, by the place where each stands first; the root is among them.
        writer: Where tensors go.
        options: What to record.
        rounding: Runs each step in float64 too, if the model's rounding errors are to be measured.
    """

    def __init__(  # noqa: PLR0913 - what `record` has made ready
        self,
        proxy: ProxyModel[Any],
        adapter: RecordAdapter,
        tree: Tree,
        targets: Sequence[Target],
        writer: TraceWriter,
        *,
        options: Options,
        rounding: Rounding | None,
    ) -> None:
        self.done = False
        """Whether every step that was asked for has been recorded."""
        self.failure: Exception | None = None
        """What kept the recording from going on. The run itself is not disturbed by it."""
        self._proxy = proxy
        self._adapter = adapter
        self._tree = tree
        self._writer = writer
        self._options = options
        self._steps: list[StepEntry] = []
        self._number = 0
        """Of the step under way, recorded or not."""
        self._calls = OpenCalls()
        self._rounding = rounding
        self._notes: list[str] = []
        specs = proxy.handle().state().specs
        self._memories = {name: spec.memory for name, spec in specs.items()}
        self._gradients: dict[object, Array] = {}
        """Of parameters in the step under way, by their memory; only without an optimizer."""
        self._state = StepEntry(0)
        """Of the step under way: what is noted when its backward pass is over."""
        self._floors: StepFloors | None = None
        self._seen: Seen[int] = Seen(adapter)
        self._watched = {target.key for target in targets}
        self._last: dict[str, str] = {}
        """Hashes of what layers keep up themselves, as it was when it was noted last."""
        self._initial = self._moment(tree.values(anything if options.weights else is_kept))
        self._before: Moment = {}
        self.observer = Observer(
            adapter, targets, self, backward=True, given=self._begun, admits=self._admits
        )
        self.observer.start()

    @property
    def recorded(self) -> int:
        """How many steps are complete."""
        return len(self._steps)

    @property
    def _wanted(self) -> bool:
        return not self.done and self._number % self._options.every == 0

    def _admits(self, key: int, outermost: bool) -> bool:  # noqa: FBT001 - an Observer's callback
        if self.done or self._adapter.recomputing():
            return False
        if outermost and key == _ROOT and not self._options.updates:
            self.guarded(self._next_call)
        return self._wanted

    def _next_call(self) -> None:
        """Without an optimizer: the model is called, so the step before, if there was one, is over."""
        if any(self._calls.roots()):
            self._end(updated={})
        elif self._number % self._options.every:
            self._number += 1
            self.observer.start()

    def guarded(self, act: Callable[[], None]) -> None:
        """Do something for the recording; if it fails, the recording ends, and the run goes on."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - kept, and raised when the run is over
            self.failure = self.failure or error
            self.done = True
            self.observer.stop()

    def entered(self, call: Call, inputs: Sequence[Leaf]) -> None:
        """Note a call, and its inputs."""
        self.guarded(lambda: self._enter(call, inputs))

    def _enter(self, call: Call, inputs: Sequence[Leaf]) -> None:
        mine = self._calls.of(call)
        if mine is not None and self._options.inputs:
            mine.inputs.update((slot, self._keep(tensor)) for slot, tensor in inputs)
        if self._rounding:
            self._rounding.recorder.entered(call, inputs)

    def _begun(self, call: Call, given: Mapping[str, Any]) -> None:
        self.guarded(lambda: self._begin(call, given))

    def _begin(self, call: Call, given: Mapping[str, Any]) -> None:
        if not self._calls and self._number and self._options.every > 1:
            wanted = anything if self._options.updates else is_kept
            self._before = self._moment(self._tree.values(wanted))
        arguments = None
        if call.parent is None and self._options.inputs:
            arguments = {
                name: encode_arguments(given[name], self._adapter.is_tensor, name) for name in given
            }
        self._calls.begin(call, arguments)
        if self._rounding and call.parent is None and call.key == _ROOT:
            self._rounding.called(given)

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        """Note its outputs."""
        self.guarded(lambda: self._leave(call, outputs))
        return None

    def _leave(self, call: Call, outputs: Sequence[Leaf]) -> None:
        if (mine := self._calls.of(call)) is None:
            return
        mine.outputs.update({slot: self._keep(tensor) for slot, tensor in outputs})
        if self._rounding:
            self._rounding.recorder.left(call, outputs)

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> Array | None:
        """Note a gradient; one that comes after its step is over is no part of the trace."""
        if not self.done:
            self.guarded(lambda: self._note_gradient(call, place, slot, values))
        return None

    def _note_gradient(self, call: Call, place: Place, slot: str, values: Array) -> None:
        if (mine := self._calls.of(call)) is None:
            return
        mine.gradients(place)[slot] = self._writer.put(values)
        if self._rounding:
            self._rounding.recorder.gradient(call, place, slot, values)

    def parameter_gradient(self, name: str, values: Array) -> None:
        """Add up what the backward passes of the step bring a parameter."""
        if self._wanted:
            self.guarded(lambda: self._add_gradient(self._memories[name], values))

    def _add_gradient(self, memory: object, values: Array) -> None:
        known = self._gradients.get(memory)
        self._gradients[memory] = np.array(values) if known is None else known + values

    def _keep(self, tensor: Any) -> int:
        number = self._seen.get(tensor)
        if number is None:
            number = self._writer.put(self._adapter.array(tensor))
            self._seen.put(tensor, number)
        return number

    def _moment(self, tensors: Iterable[tuple[str, int, Array]]) -> Moment:
        """Tensors as they are now; tied ones once, under all their keys."""
        numbers: dict[tuple[int, tuple[int, ...]], int] = {}
        moment: Moment = {}
        for key, memory, array in tensors:
            same = memory, array.shape
            if same not in numbers:
                numbers[same] = self._writer.put(array)
            moment[key] = numbers[same]
        return moment

    def _changed(self, tensors: Iterable[tuple[str, int, Array]]) -> Moment:
        """Those of the tensors that are not what they were when they were noted last."""
        found = [(digest(array), (key, memory, array)) for key, memory, array in tensors]
        moved = [(hashed, each) for hashed, each in found if self._last.get(each[0]) != hashed]
        self._last.update((key, hashed) for hashed, (key, _, _) in moved)
        return self._moment(each for _, each in moved)

    def before_update(self) -> None:
        """The optimizer is about to step."""
        if self._wanted:
            self.guarded(self._note_state)

    def after_update(self) -> None:
        """The optimizer has stepped, and with it the step is over."""
        if self.done:
            return
        if self._wanted:
            self.guarded(lambda: self._end(updated=self._moment(self._tree.values(is_parameter))))
        else:
            self._number += 1
            self.observer.start()

    def _note_state(self) -> None:
        backward = self._calls.backward
        seen = None if self._options.updates else self._gradients
        gradients = list(self._tree.gradients(seen)) if backward else []
        self._floors = self._measured({key: array for key, _, array in gradients})
        self._state = StepEntry(
            number=self._number,
            before=self._before,
            backward=backward,
            buffers=self._changed(self._tree.values(is_kept)),
            gradients=self._moment(gradients),
            floors=dict(self._floors.parameters) if self._floors else {},
        )

    def _measured(self, parameters: Mapping[str, Array]) -> StepFloors | None:
        """The step's rounding errors; where they cannot be had, the trace says so."""
        if self._rounding is None:
            return None
        try:
            return self._rounding.measure([call for call, _ in self._calls.roots()], parameters)
        except Exception as error:  # noqa: BLE001 - float64 may be more than a model can do
            reason = f"{type(error).__name__}: {error}"
            self._notes.append(f"step {self._number} could not run in float64: {reason}")
            return None

    def _end(self, updated: Moment) -> None:
        """Close the step under way, and begin the next."""
        if not self._options.updates:
            self._note_state()
        calls = self._calls.entries(self._floors)
        self._steps.append(replace(self._state, calls=calls, updated=updated))
        self._calls, self._before, self._gradients = OpenCalls(), {}, {}
        self._seen = Seen(self._adapter)
        self._number += 1
        if self._rounding:
            self._rounding.begin()
        if len(self._steps) == self._options.steps:
            self._finish()
        else:
            self.observer.start()

    def close(self) -> None:
        """The run is over, whether or not as many steps were seen as asked for."""
        if not self.done and not self._options.updates and self._calls:
            self.guarded(lambda: self._end(updated={}))
        if not self.done:
            self.guarded(self._finish)

    def _finish(self) -> None:
        self.done = True
        self.observer.stop()
        if not self._steps:
            raise self._nothing_recorded()
        self._writer.finish(self._index())

    def _modules(self) -> Iterator[ModuleEntry]:
        for number, place in enumerate(self._tree.places):
            first = number if place.entry.same < 0 else place.entry.same
            yield replace(place.entry, watched=first in self._watched)

    def _nothing_recorded(self) -> TraceError:
        called = "the model was called" if self._calls else "the model was not called"
        stepped = ", and its optimizer did not step" if self._options.updates else ""
        return TraceError(
            "Nothing was recorded.",
            where=self._proxy.name,
            got=called + (stepped if self._calls else ""),
            expected="at least one step inside the block",
        )

    def _index(self) -> Index:
        options = self._options
        return Index(
            padiff=__version__,
            framework=self._proxy.framework,
            framework_version=self._adapter.version,
            name=self._proxy.name,
            level=self._writer.level,
            modules=tuple(self._modules()),
            tensors=tuple(self._writer.tensors),
            steps=tuple(self._steps),
            rank=options.rank,
            every=options.every,
            updates=options.updates,
            notes=tuple(self._notes),
            limits=options.limits,
            initial=self._initial,
        )
