"""Watching one model run: every call of the modules of interest, as a tree.

An `Observer` puts hooks on modules and tells a `Sink` what passes through them. It copies nothing and
decides nothing; the sink does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypeVar

from padiff.capture.again import Again
from padiff.capture.beside_tensors import as_array, output_leaves
from padiff.capture.callers import calling_line, package_folders
from padiff.capture.nested import leaves, map_leaves
from padiff.capture.underway import Frame, UnderWay

if TYPE_CHECKING:
    from padiff.capture.protocols import CaptureAdapter
    from padiff.protocols import Array

__all__ = ["Call", "Leaf", "Observer", "Place", "Sink", "Target"]

Leaf: TypeAlias = tuple[str, Any]
"""A slot and the native tensor in it."""

ResultT = TypeVar("ResultT")

Place: TypeAlias = Literal["input", "output"]


@dataclass(frozen=True, slots=True)
class Target:
    """A module to watch."""

    key: int
    """Modules with one key share one sequence of calls (a module registered twice)."""
    module: Any
    leaf: bool
    """Whether it is a unit (or a module without children), not a container of others."""


@dataclass(eq=False, slots=True)
class Call:
    """One call of a watched module."""

    key: int
    number: int
    """Counted per key, from 0, within one forward pass."""
    parent: Call | None
    leaf: bool
    source: str
    """The line of user code that made the call, `file:line`."""
    children: list[Call] = field(default_factory=list)

    @property
    def identity(self) -> tuple[int, int]:
        """Equal for the calls of two sides that stand for each other."""
        return self.key, self.number

    @property
    def is_fed(self) -> bool:
        """Whether base's values may stand in for what it hands on.

        Those of a leaf, and of the whole model, from whose outputs the loss is computed. Two
        containers within may draw the line between themselves and the code around them differently.
        """
        return self.leaf or self.parent is None


class Sink(Protocol):
    """What an observer reports to."""

    def entered(self, call: Call, inputs: Sequence[Leaf]) -> None:
        """A module is about to run on these tensors, the keyword arguments' among them."""

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        """A module returned; by slot, values to hand on in place of its own, or None."""

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> Array | None:
        """The gradient of one input (through this call alone) or output (the whole of it)."""


class Observer:
    """Hooks on one model, active only within `watching`.

    Args:
        adapter: The model's adapter.
        targets: What to watch. A module listed twice is watched once, under its first key.
        sink: Who is told.
        backward: Whether gradients are asked for too.
        given: Called with the arguments of each call, before the sink is.
        admits: Asked before each call, with the module's key and whether no other call is under way.
            What it does not admit is not reported, nor is what is called within.
        dropped: Called with a call that will never return, because it raised.
        failed: Called with what goes wrong in watching, so that it does not disturb the run; without
            it, the run is told.
    """

    def __init__(  # noqa: PLR0913 - what a recording is told, beyond what a comparison is
        self,
        adapter: CaptureAdapter,
        targets: Sequence[Target],
        sink: Sink,
        *,
        backward: bool,
        given: Callable[[Call, Mapping[str, Any]], None] | None = None,
        admits: Callable[[int, bool], bool] = lambda _key, _outermost: True,
        dropped: Callable[[Call], None] = lambda _: None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self._adapter = adapter
        self._targets = {id(target.module): target for target in reversed(targets)}
        self._sink = sink
        self._backward = backward
        hooks = package_folders("padiff", f"padiff_{adapter.framework}")
        self._under_way = UnderWay(hooks, dropped)
        self._counts: dict[int, int] = {}
        self._active = False
        self._recomputing = False
        self._flowing = True
        self._again = Again()
        self._given = given
        self._admits = admits
        self._dropped = dropped
        self._failed = failed
        self.derived = False
        """Whether gradients were computed within the last forward pass or behind it, before its backward pass."""
        self.interrupted: int | None = None
        """The key of the innermost module that was running when the last forward pass raised."""
        self._skipped = (*hooks, *package_folders(adapter.framework, "padiff_pytest"))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Put the hooks on; they come off again, whatever happens.

        Within, compiled models run as they are written: their compilers would take hooks for parts of them.

        Raises:
            UsageError: If what is within a target calls no hooks.
        """
        removers: list[Callable[[], None]] = []
        foreign = self._failed is not None  # somebody else's code, which may compile models itself
        with self._adapter.as_written(later=foreign):
            try:
                removers.extend(map(self._attach, reversed(self._targets.values())))
                yield
            finally:
                for remove in removers:
                    remove()
                self._under_way.clear()

    @contextmanager
    def forward(self) -> Iterator[None]:
        """One forward pass: calls are counted from 0, and reported only within.

        Gradients are reported only in the backward pass that follows: a loss that depends on derivatives
        has them computed before, by a pass of its own through the same layers.
        """
        self._flowing = self.derived = False
        self._under_way.clear()
        self.start()
        try:
            yield
        finally:
            self.stop()
            self._under_way.clear()

    @contextmanager
    def backward(self) -> Iterator[None]:
        """The backward pass of that forward pass.

        What recomputation calls again is not reported again. It hands on what it handed on going
        forward, and its gradients are watched now: it may have run unrecorded then.
        """
        self._recomputing = self._flowing = True
        try:
            yield
        finally:
            self._recomputing = self._flowing = False
            self._under_way.clear()

    def start(self) -> None:
        """Report what is called from now on; calls are counted from 0."""
        self._counts.clear()
        self._again = Again()
        self.interrupted = None
        self._active = True

    @property
    def under_way(self) -> bool:
        """Whether a call that is reported has not returned yet."""
        return bool(self._under_way)

    def stop(self) -> None:
        """Report nothing more."""
        self._active = False

    def _attach(self, target: Target) -> Callable[[], None]:
        return self._adapter.attach(
            target.module,
            lambda args, kwargs: self._before(target, args, kwargs),
            lambda output: self._after(target, output),
            lambda: self._raised(target),
        )

    def _before(
        self, target: Target, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> tuple[Any, Any] | None:
        if self._recomputing:
            return self._before_again(target, {"args": args, "kwargs": dict(kwargs)})
        if not (self._active or self._under_way):
            return None
        frame, around = self._under_way.enter(target)  # also what is not reported: it is left again
        if not self._active or (around and around.call is None):
            return None
        if not self._admits(target.key, around is None):
            return None
        frame.call = self._made(target, around.call if around else None)
        given = {"args": args, "kwargs": dict(kwargs)}
        return self._kept_apart(lambda: self._entered(frame, given))

    def _before_again(self, target: Target, given: dict[str, Any]) -> tuple[Any, Any] | None:
        frame, _ = self._under_way.enter(target)
        frame.call = self._again.repeats(target.key)
        return self._with_watched_inputs(frame, given) if frame.call else None

    def _made(self, target: Target, parent: Call | None) -> Call:
        number = self._counts.get(target.key, 0)
        self._counts[target.key] = number + 1
        call = Call(target.key, number, parent, target.leaf, calling_line(self._skipped))
        if parent:
            parent.children.append(call)
        self._again.made(call)
        return call

    def _entered(self, frame: Frame, given: dict[str, Any]) -> tuple[Any, Any] | None:
        assert frame.call  # noqa: S101 - it was made just now
        if self._given:
            self._given(frame.call, given)
        self._sink.entered(frame.call, list(leaves(given, self._adapter.is_tensor)))
        if not self._backward or not self._active:
            return None
        return self._with_watched_inputs(frame, given)

    def _with_watched_inputs(self, frame: Frame, given: dict[str, Any]) -> tuple[Any, Any] | None:
        changed = map_leaves(
            given, self._adapter.is_tensor, lambda slot, t: self._watched_input(frame, slot, t)
        )
        return None if changed is given else (changed["args"], changed["kwargs"])

    def _kept_apart(self, act: Callable[[], ResultT]) -> ResultT | None:
        """What `act` returns; None where it fails and the run is not to be told."""
        try:
            return act()
        except Exception as error:
            if self._failed is None:
                raise
            self._failed(error)
            return None

    def _watched_input(self, frame: Frame, slot: str, tensor: Any) -> Any:
        """An alias of an input, so that its gradient is what flows through this call alone."""
        if not self._adapter.needs_gradient(tensor):
            return tensor
        # One for all places: attention asks whether its key is its query.
        if id(tensor) not in frame.aliases:
            frame.aliases[id(tensor)] = tensor, self._adapter.alias(tensor)
        _, alias = frame.aliases[id(tensor)]
        assert frame.call  # noqa: S101 - only what is reported is watched
        self._watch(frame.call, "input", slot, alias)
        return alias

    def _watched_output(self, call: Call, slot: str, tensor: Any) -> Any:
        """The output itself, or an alias of one that cannot be watched (a parameter, a view).

        Of the whole model always an alias: one output may be computed from another, and the gradient
        that comes from the loss is wanted alone.
        """
        if not self._adapter.needs_gradient(tensor):
            return tensor
        itself = call.parent is not None and self._adapter.watchable(tensor)
        watched = tensor if itself else self._adapter.alias(tensor)
        self._watch(call, "output", slot, watched)
        return watched

    def _watch(self, call: Call, place: Place, slot: str, tensor: Any) -> None:
        def came(values: Array) -> Array | None:
            if self._flowing:
                return self._sink.gradient(call, place, slot, values)
            self.derived = True
            return None

        self._adapter.watch_gradient(tensor, came)

    def _after(self, target: Target, output: Any) -> Any:
        frame = self._under_way.leave(target)
        if frame is None or frame.call is None:
            return None
        call = frame.call
        self.interrupted = None

        def leave() -> Any:
            for tensor, alias in frame.aliases.values():
                self._adapter.rejoin(tensor, alias)
            if self._recomputing:
                return self._with(call, output, self._again.values(call), watch=True)
            return self._handed_on(target, call, output) if self._active else None

        return self._kept_apart(leave)

    def _handed_on(self, target: Target, call: Call, output: Any) -> Any:
        values = self._sink.left(call, list(self._outputs(target, call, output))) or {}
        self._again.handed_on(call, values)
        return self._with(call, output, values, watch=self._backward)

    def _outputs(self, target: Target, call: Call, output: Any) -> Iterator[Leaf]:
        """The tensors of an output; of the whole model's also what else has values, as new tensors."""
        adapter = self._adapter
        if call.parent is not None:
            yield from leaves(output, adapter.is_tensor)
            return
        for slot, value, is_tensor in output_leaves(output, adapter.is_tensor):
            yield slot, value if is_tensor else adapter.tensor(as_array(value), target.module)

    def _with(self, call: Call, output: Any, values: Mapping[str, Array], *, watch: bool) -> Any:
        """The output with these values, by slot, in place of its own; None if it stays as it is."""

        def handed_on(slot: str, tensor: Any) -> Any:
            if slot in values:
                tensor = self._adapter.replaced(tensor, values[slot])
            return self._watched_output(call, slot, tensor) if watch else tensor

        result = map_leaves(output, self._adapter.is_tensor, handed_on)
        return None if result is output else result

    def _raised(self, target: Target) -> None:
        frame = self._under_way.leave(target)
        if frame is not None and frame.call is not None:
            self._dropped(frame.call)
            if self._active and self.interrupted is None:
                self.interrupted = target.key
