"""Recording one run: from hooks and steps to an index."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from padiff.capture.observer import Observer, Target
from padiff.trace.brought import Brought
from padiff.trace.calls import CallLog
from padiff.trace.failures import came_late, failed, nothing_recorded
from padiff.trace.index import Index, Moment, StepEntry
from padiff.trace.making import make_index
from padiff.trace.measuring import Measuring
from padiff.trace.passes import Passes
from padiff.trace.tree import anything, is_kept, is_parameter

if TYPE_CHECKING:
    from padiff.capture.observer import Call, Leaf, Place
    from padiff.capture.protocols import RecordAdapter
    from padiff.model import ProxyModel
    from padiff.protocols import Array
    from padiff.trace.rounding import Rounding
    from padiff.trace.state import StateLog
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
    notes: tuple[str, ...] = ()
    """What is known of the model from the start, for the readers of the trace."""


class Session:
    """Records steps until as many were seen as asked for.

    A step is one call of the model, with the backward pass that follows it; or, where an optimizer is
    watched, all that happens until it has stepped. Calls of parts of the model from outside belong to
    the step they fall into.

    Args:
        proxy: The model.
        adapter: Its adapter.
        targets: Which modules to watch, by the place where each stands first; the root is among them.
        state: Of the model.
        writer: Where tensors go.
        options: What to record.
        rounding: Runs each step in float64 too, if the model's rounding errors are to be measured.
    """

    def __init__(  # noqa: PLR0913 - what `record` has made ready
        self,
        proxy: ProxyModel[Any],
        adapter: RecordAdapter,
        targets: Sequence[Target],
        state: StateLog,
        writer: TraceWriter,
        *,
        options: Options,
        rounding: Rounding | None,
    ) -> None:
        self.done = False
        """Whether every step that was asked for has been recorded, or the recording failed."""
        self.failure: Exception | None = None
        """What kept the recording from going on. The run itself is not disturbed by it."""
        self._proxy = proxy
        self._adapter = adapter
        self._state = state
        self._writer = writer
        self._options = options
        self.recorded = 0
        """How many steps are complete."""
        self._steps: list[StepEntry] = []
        self._number = 0
        """Of the step under way, recorded or not."""
        self._calls = CallLog(adapter, writer, inputs=options.inputs)
        self._measuring = Measuring(rounding)
        self._brought = Brought(adapter, self._noting)
        """Watches parameters only where no optimizer is watched."""
        self._initial: Moment | None = None
        self._step = StepEntry(0)
        """The step under way, as far as it was noted."""
        self._moved = False
        """Whether calls were made, or gradients flowed, since the state was noted."""
        self._passes = Passes(adapter)
        self._stepped = 0
        self._late = 0
        self._process = os.getpid()
        self._watched = {target.key for target in targets}
        self.observer = Observer(
            adapter,
            targets,
            self,
            backward=True,
            given=self._begun,
            admits=self._admits,
            dropped=self._dropped,
            failed=self._fail,
        )
        self.observer.start()

    @property
    def _wanted(self) -> bool:
        return not self.done and self._number % self._options.every == 0

    @property
    def _ours(self) -> bool:
        """Whether this is the process that is recorded, and not one that was forked off it."""
        return os.getpid() == self._process

    def guarded(self, act: Callable[[], None]) -> None:
        """Do something for the recording; if it fails, the recording ends, and the run goes on."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - kept, and raised when the run is over
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self.failure = self.failure or error
        self.end()
        self._writer.discard()

    def end(self) -> None:
        """Watch no longer, and keep nothing in memory."""
        self.done = True
        self.observer.stop()
        self._forget()
        self._brought.stop()
        self._measuring.end()
        self._steps = []

    def _forget(self) -> None:
        self._calls.clear()
        self._brought.clear()
        self._passes.clear()
        self._measuring.begin()

    def _admits(self, key: int, outermost: bool) -> bool:  # noqa: FBT001 - an Observer's callback
        if self.done or not self._ours or self._adapter.recomputing():
            return False
        if outermost:
            self.guarded(lambda: self._called(key))
        return self._wanted

    def _called(self, key: int) -> None:
        """The model, or a part of it, is called from outside."""
        if key == _ROOT and not self._options.updates:
            if self._calls.has_outermost(_ROOT):
                self._end(updated={})  # the model is called again: the step before is over
            elif not self._wanted:
                self._next()
        if self._wanted and not self._calls:
            self._begin()

    def _begin(self) -> None:
        """The first call of a step is about to be made."""
        wanted = anything if self._options.weights else is_kept
        changed: Moment = {}
        if self._initial is None:
            self._initial = self._state.whole(wanted)
        else:
            changed = self._state.changed(wanted)
        # Of a step whose first call raised, something may be known already.
        known = self._step.before if self._step.number == self._number else {}
        self._step = StepEntry(self._number, before={**known, **changed})
        if not self._options.updates:  # anew, for a parameter may be another now
            self._brought.watch(self._proxy.model)

    def _dropped(self, call: Call) -> None:
        self._calls.drop(call)
        if not (self.done or self._calls):
            self._forget()
            self.observer.start()

    def _begun(self, call: Call, given: Mapping[str, Any]) -> None:
        self._moved = True
        self.guarded(lambda: self._calls.begin(call, given))
        if call.key == _ROOT and call.parent is None:
            self._measure(lambda rounding: rounding.called(call, given))

    def _measure(self, act: Callable[[Rounding], None]) -> None:
        self._measuring.attempt(self._number, act)

    def entered(self, call: Call, inputs: Sequence[Leaf]) -> None:
        """Note a call's inputs."""
        if not self.done:
            self.guarded(lambda: self._calls.enter(call, inputs))
            self._measure(lambda rounding: rounding.recorder.entered(call, inputs))

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        """Note its outputs."""
        if call in self._calls:
            self.guarded(lambda: self._calls.leave(call, outputs))
            self._measure(lambda rounding: rounding.left(call, outputs))
        return None

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> Array | None:
        """Note a gradient; one that comes after its step is over is no part of the trace."""
        if self.failure or not self._ours:
            return None
        if call not in self._calls:
            self._late += 1
            return None
        self.guarded(lambda: self._flowed(call, place, slot, values))
        return None

    def _flowed(self, call: Call, place: Place, slot: str, values: Array) -> None:
        self._passes.came(call, place, slot, within=self.observer.under_way)
        self._calls.gradient(call, place, slot, values)
        self._moved = True
        self._measure(lambda rounding: rounding.gradient(call, place, slot, values))

    def _noting(self, act: Callable[[], None]) -> None:
        if self._wanted and self._ours:
            self.guarded(act)

    def before_update(self) -> None:
        """The optimizer is about to step."""
        if self._wanted and self._ours and self._calls:
            self.guarded(self._note_state)

    def _note_state(self) -> None:
        self._moved = False
        seen = None if self._options.updates else self._brought.sums
        gradients = self._state.gradients(seen)
        self._measure(lambda rounding: self._run_again(rounding, seen))
        floors = self._measuring.floors
        self._step = replace(
            self._step,
            # Of a model that is recomputed as a whole, no call has a gradient to be seen.
            backward=self._calls.backward or bool(gradients),
            compound=self._passes.compound,
            buffers=self._state.changed(is_kept),
            gradients=gradients,
            floors=dict(floors.parameters) if floors else {},
        )

    def _run_again(self, rounding: Rounding, seen: Mapping[str, Array] | None) -> None:
        calls = [call for call in self._calls if call.key == _ROOT and call.parent is None]
        gradients = self._state.gradients_now(seen)
        self._measuring.floors = rounding.measure(
            calls, gradients, backward=not self._passes.compound
        )

    def after_update(self) -> None:
        """The optimizer has stepped, and with it the step is over."""
        if self.done or not self._ours:
            return
        self._stepped += 1
        if not self._wanted:
            self._next()
        elif self._calls:
            self.guarded(self._updated)

    def _updated(self) -> None:
        if self._moved:  # by the optimizer itself
            self._note_state()
        self._end(updated=self._state.whole(is_parameter))

    def _end(self, updated: Moment) -> None:
        """Close the step under way, and begin the next."""
        if not self._options.updates:
            self._note_state()
        self._steps.append(
            replace(self._step, calls=self._calls.entries(self._measuring.floors), updated=updated)
        )
        self._forget()
        self.recorded += 1
        if self.recorded == self._options.steps:
            self._finish()
        else:
            self._next()

    def _next(self) -> None:
        self._number += 1
        self.observer.start()

    def close(self) -> None:
        """The run is over, whether or not as many steps were seen as asked for.

        Raises:
            TraceError: If the recording failed.
        """
        if not self.done and not self._options.updates and self._calls:
            self.guarded(lambda: self._end(updated={}))
        if not self.done:
            self.guarded(self._finish)
        if self.failure:
            raise failed(self._proxy.name, self.failure)
        if self._late and not self._options.updates:
            warnings.warn(
                came_late(self._late),
                UserWarning,
                stacklevel=4,  # record, contextlib, and who has the `with`
            )

    def _finish(self) -> None:
        index = self._index() if self._steps else None
        called = bool(self._calls)
        self.end()
        if index is None:
            stepped = self._stepped if self._options.updates else None
            raise nothing_recorded(self._proxy.name, called=called, stepped=stepped)
        self._writer.finish(index)

    def _index(self) -> Index:
        options = self._options
        return make_index(
            self._proxy,
            self._state,
            self._watched,
            self._writer,
            self._steps,
            initial=self._initial or {},
            rank=options.rank,
            every=options.every,
            updates=options.updates,
            notes=(*options.notes, *self._measuring.notes),
            limits=options.limits,
        )
