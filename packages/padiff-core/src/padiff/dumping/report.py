"""What a model did since its report was cleared: every call through its proxy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from padiff.capture.observer import Observer
from padiff.capture.written import notes_on_compiled
from padiff.defaults import registry
from padiff.dumping.shelf import Shelf
from padiff.trace.brought import Brought
from padiff.trace.calls import CallLog
from padiff.trace.index import StepEntry
from padiff.trace.limits import Limits
from padiff.trace.making import make_index
from padiff.trace.state import StateLog
from padiff.trace.tree import is_kept, look_at

if TYPE_CHECKING:
    from padiff.capture.observer import Call, Leaf, Place
    from padiff.capture.protocols import RecordAdapter
    from padiff.model import ProxyModel
    from padiff.protocols import Array
    from padiff.trace.writer import TraceWriter

__all__ = ["Report"]


class Report:
    """Notes calls and backward passes of one model.

    A failure of the recording ends it, and does not reach the run.

    Args:
        proxy: The model.
        adapter: Its adapter.
    """

    def __init__(self, proxy: ProxyModel[Any], adapter: RecordAdapter) -> None:
        self.failure: Exception | None = None
        """What kept the recording from going on."""
        self.unattended = 0
        """How many calls there were in a row, with nothing else done to the model."""
        self._adapter = adapter
        self._brought = Brought(adapter, self._guarded)
        self._tree = look_at(proxy, registry)
        limits = Limits(None, (), (), proxy.lists)
        self._limits = limits.described
        self._notes = notes_on_compiled(proxy)
        targets = limits.targets(self._tree)
        self._watched = {target.key for target in targets}
        self._shelf = Shelf()
        self._calls = CallLog(adapter, self._shelf, inputs=True)
        self._state = StateLog(self._tree, lambda: self._tree, self._shelf)
        self._initial = self._state.whole(is_kept)
        self._calling = False
        self._observer = Observer(
            adapter,
            targets,
            self,
            backward=True,
            given=lambda call, given: self._guarded(lambda: self._calls.begin(call, given)),
            admits=lambda _key, _outermost: not adapter.recomputing(),
            dropped=self._calls.drop,
            failed=self._fail,
        )
        self._observer.start()

    @property
    def nbytes(self) -> int:
        """What is kept, in memory and in files."""
        return self._shelf.nbytes

    @property
    def gradients(self) -> Mapping[str, Array]:
        """What backward passes brought the parameters, by their path."""
        return self._brought.sums

    @property
    def noted(self) -> int:
        """How many calls were noted, of the model and of what is within."""
        return len(self._calls)

    def close(self) -> None:
        """Forget everything; gradients that still come are not noted."""
        self._observer.stop()
        self._calls.clear()
        self._shelf.close()

    def _fail(self, error: Exception) -> None:
        self.failure = self.failure or error
        self.close()

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - kept, and raised when something is to be dumped
            self._fail(error)

    def call(self, module: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Call the module; of a call that raises nothing is noted."""
        if self._calling or self.failure is not None:
            return module(*args, **kwargs)
        self.unattended += 1
        self._calling = True
        with ExitStack() as hooks:
            hooks.callback(self._called)
            self._guarded(lambda: hooks.enter_context(self._observer.watching()))
            return module(*args, **kwargs)

    def _called(self) -> None:
        self._calling = False

    def entered(self, call: Call, inputs: Sequence[Leaf]) -> None:
        """Note a call's inputs."""
        self._guarded(lambda: self._calls.enter(call, inputs))

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        """Note its outputs."""
        self._guarded(lambda: self._calls.leave(call, outputs))
        return None

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> Array | None:
        """Note a gradient, if the report has not been cleared since."""
        if call in self._calls:
            self._guarded(lambda: self._calls.gradient(call, place, slot, values))
        return None

    def backward(self, module: Any, loss: Any) -> None:
        """Run the backward pass, and note what it brings the parameters."""
        self.unattended = 0
        with ExitStack() as hooks:
            hooks.callback(self._brought.stop)
            self._guarded(lambda: self._brought.watch(module))
            self._adapter.backward(loss)

    def write(self, proxy: ProxyModel[Any], writer: TraceWriter, number: int, rank: int) -> None:
        """Write what was noted as a trace of one step of this number."""
        self.unattended = 0
        step = StepEntry(
            number=number,
            calls=self._calls.entries(),
            backward=self._calls.backward,
            buffers=self._state.whole(is_kept),
        )
        self._shelf.write(writer)
        index = make_index(
            proxy,
            self._state,
            self._watched,
            writer,
            (step,),
            rank=rank,
            limits=self._limits,
            notes=self._notes,
            initial=self._initial,
        )
        writer.finish(index)
