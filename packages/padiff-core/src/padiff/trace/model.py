"""A recorded model: a module tree that has kinds, settings and tensors, and cannot run.

It stands behind the same Protocols as a live model, so that pairing, planning and comparing need not
know which of the two they have. Its tensors are canonical already: the layout was applied when the
trace was recorded, where the adapter was installed. No layout is needed to read it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff import kinds
from padiff.dtypes import named_dtype
from padiff.errors import TraceError, UsageError
from padiff.kind import Kind
from padiff.layout import Layout
from padiff.protocols import Array, Restore, TensorSpec
from padiff.trace.keys import state_key
from padiff.trace.settings import recorded_setting
from padiff.tree import join

if TYPE_CHECKING:
    from padiff.model import ProxyModel
    from padiff.trace.index import ModuleEntry, StateEntry
    from padiff.trace.trace import Trace

__all__ = [
    "RecordedHandle",
    "RecordedModule",
    "RecordedState",
    "RecordedTensor",
    "TraceAdapter",
    "make_module",
    "trace_of",
]


class RecordedModule:
    """Stands for a module that was recorded. Each class has a class of its own, of the same name."""

    def __init__(self, number: int, entry: ModuleEntry) -> None:
        self.number = number
        self.training = entry.training


def make_module(number: int, entry: ModuleEntry, classes: dict[str, type]) -> RecordedModule:
    """A module of the recorded class; `classes` are those made so far, by dotted name."""
    dotted = entry.class_names[0]
    if dotted not in classes:
        classes[dotted] = type(entry.class_name or "Module", (RecordedModule,), {})
    module: RecordedModule = classes[dotted](number, entry)
    return module


@dataclass(frozen=True)
class RecordedHandle:
    """One place in a recorded module tree."""

    trace: Trace
    place: int

    @property
    def _here(self) -> ModuleEntry:
        return self.trace.index.modules[self.place]

    @property
    def _entry(self) -> ModuleEntry:
        same = self._here.same
        return self._here if same < 0 else self.trace.index.modules[same]

    @property
    def framework(self) -> str:
        """The framework it was recorded in."""
        return self.trace.index.framework

    @property
    def module(self) -> RecordedModule:
        """What stands for the module."""
        return self.trace.modules[self.place]

    @property
    def path(self) -> str:
        """As its framework spells it."""
        return self._here.path

    @property
    def class_names(self) -> Sequence[str]:
        """As they were in the framework it was recorded in."""
        return self._entry.class_names

    @property
    def layout(self) -> Layout | None:
        """How its tensors stand in the trace; None for a module no layout was registered for."""
        return _layout(self._entry)

    @property
    def watched(self) -> bool:
        """Whether its calls were recorded."""
        return self._entry.watched

    def children(self) -> Sequence[tuple[str, RecordedHandle]]:
        """By canonical name."""
        return [
            (self.trace.index.modules[place].name, RecordedHandle(self.trace, place))
            for place in self.trace.children[self.place]
        ]

    def state(self, *, own: bool = False) -> RecordedState:
        """Its canonical tensors, at the moment the trace is at."""
        places = [self.place] if own else list(self._below())
        start = len(self.path) + bool(self.path)
        return RecordedState(
            self.trace, {self.trace.index.modules[p].path[start:]: p for p in places}
        )

    def _below(self) -> Iterator[int]:
        pending = [self.place]
        while pending:
            place = pending.pop()
            yield place
            pending += reversed(self.trace.children[place])


def _layout(entry: ModuleEntry) -> Layout | None:
    settings = {name: recorded_setting(kept) for name, kept in entry.settings.items()}
    if entry.problem:
        return _misfit(entry.problem)
    if not entry.kind:
        return None
    return Layout(_kind(entry.kind), dict if entry.unit == "whole" else None, settings=settings)


def _kind(name: str) -> Kind:
    return _built_in().get(name) or Kind(name, open=True)


@cache
def _built_in() -> dict[str, Kind]:
    """Every kind of the package, by name; not all are among what it exports."""
    families = (import_module(f"{kinds.__name__}.{m.name}") for m in iter_modules(kinds.__path__))
    values = (value for family in families for value in vars(family).values())
    return {kind.name: kind for kind in values if isinstance(kind, Kind)}


def _misfit(problem: str) -> Layout:
    def refuse(_: object) -> Any:
        raise ValueError(problem)

    return Layout(refuse, refuse)


class RecordedState:
    """The canonical tensors of a recorded module, at the moment its trace is at.

    Args:
        trace: The trace.
        places: The modules the tensors belong to, by the prefix of their names.
    """

    def __init__(self, trace: Trace, places: Mapping[str, int]) -> None:
        self._trace = trace
        self.keys: dict[str, str] = {}
        """By name, the tensor's key in the trace's moments."""
        self._specs: dict[str, TensorSpec] = {}
        for prefix, place in places.items():
            for state in trace.index.modules[trace.first(place)].tensors:
                name, key = join(prefix, state.name), state_key(trace.first(place), state.name)
                self.keys[name] = key
                self._specs[name] = _spec(trace, name, state, known=key in trace.known)

    @property
    def specs(self) -> Mapping[str, TensorSpec]:
        """Every tensor by name; one that was not recorded has a defect."""
        return self._specs

    def open(self, name: str) -> Array:
        """The values at this moment: a copy, read-only.

        Raises:
            TraceError: If they were not recorded, or are damaged.
        """
        number = self._trace.state.get(self.keys[name])
        if number is None:
            raise TraceError(
                "The trace does not hold a tensor's values at this moment.",
                where=f"{self._trace.path}, {name}",
                hint="record it again with weights=True",
            )
        return self._trace.tensor(number)

    def flush(self, name: str, array: Array) -> None:  # noqa: ARG002 - the Protocol's
        """Refused: what happened, happened."""
        raise _cannot("written")

    def gradients(self) -> Mapping[str, Array]:
        """What was recorded of them in the step the trace is at."""
        recorded = self._trace.gradients
        found = {name: recorded[key] for name, key in self.keys.items() if key in recorded}
        return {name: self._trace.tensor(number) for name, number in found.items()}

    def snapshot(self) -> Restore:
        """Nothing can change, so there is nothing to put back."""
        return lambda: None


def _spec(trace: Trace, name: str, state: StateEntry, *, known: bool) -> TensorSpec:
    return TensorSpec(
        name=name,
        shape=state.shape,
        dtype=_dtype(state.dtype),
        role=state.role,
        persistent=state.persistent,
        trainable=state.trainable,
        device="trace",
        on_host=True,
        memory=(id(trace), state.memory),
        defect=state.defect or (None if known else "its values were not recorded"),
    )


def _dtype(name: str) -> np.dtype[Any]:
    return named_dtype(name) or np.dtype(np.void)  # of a tensor that has a defect


def _cannot(what: str) -> UsageError:
    return UsageError(
        f"A trace cannot be {what}.",
        got="a recorded model",
        expected="a live one on this side",
    )


@dataclass(frozen=True, slots=True)
class RecordedTensor:
    """A tensor of a trace; its values are read when they are asked for."""

    trace: Trace
    number: int

    gone = False
    """Whether it was let go: never."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape, as the index has it."""
        return self.trace.index.tensors[self.number].shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Its dtype, as the index has it."""
        return _dtype(self.trace.index.tensors[self.number].dtype)

    def load(self) -> Array:
        """The values: a copy, read-only."""
        return self.trace.tensor(self.number)


@dataclass(frozen=True)
class TraceAdapter:
    """The adapter of one trace: it shows the model, and cannot run it."""

    trace: Trace

    @property
    def framework(self) -> str:
        """The framework it was recorded in."""
        return self.trace.index.framework

    @property
    def version(self) -> str:
        """That framework's version."""
        return self.trace.index.framework_version

    def owns(self, module: object) -> bool:
        """Whether it is a module of a trace."""
        return isinstance(module, RecordedModule)

    def handle(self, module: RecordedModule) -> RecordedHandle:
        """The handle of a module of the trace."""
        return RecordedHandle(self.trace, module.number)

    def no_grad(self) -> AbstractContextManager[object]:
        """Nothing here records gradients."""
        return nullcontext()

    def is_tensor(self, value: object) -> bool:
        """Whether it is a tensor of a trace."""
        return isinstance(value, RecordedTensor)

    def array(self, tensor: RecordedTensor) -> Array:
        """The values: a copy, read-only."""
        return tensor.load()

    def needs_gradient(self, tensor: RecordedTensor) -> bool:  # noqa: ARG002 - as below
        """Perhaps: it is not recorded."""
        return True

    def identity(self, tensor: RecordedTensor) -> Hashable:
        """Its number: nothing in a trace is written."""
        return tensor.number

    def keep_alive(self, tensor: RecordedTensor) -> Callable[[], RecordedTensor]:
        """It stays as long as the trace does."""
        return lambda: tensor

    def preserved(
        self,
        module: RecordedModule,  # noqa: ARG002 - the Protocol's, as below
        optimizer: object | None = None,  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        """Nothing can change."""
        return nullcontext()

    def recording(self, enabled: bool) -> AbstractContextManager[object]:  # noqa: FBT001, ARG002
        """Gradients are there, or are not."""
        return nullcontext()

    def clear_gradients(self, module: RecordedModule) -> None:
        """They stay as recorded."""


def trace_of(model: ProxyModel[Any]) -> Trace | None:
    """The trace a model was read from; None of a live one."""
    return model.adapter.trace if isinstance(model.adapter, TraceAdapter) else None
