"""What a trace holds, counted: its modules, its steps, and how much of each was recorded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from padiff.dtypes import named_dtype
from padiff.trace.keys import state_key

if TYPE_CHECKING:
    from padiff.trace.index import CallEntry, Index, StepEntry, TensorEntry
    from padiff.trace.trace import Trace

__all__ = ["ModuleSurvey", "StepSurvey", "TraceSurvey", "survey"]


@dataclass(frozen=True, slots=True)
class ModuleSurvey:
    """One place in the module tree."""

    path: str
    """Dotted; empty for the model itself."""
    depth: int
    class_name: str
    kind: str
    """The kind of layer; empty for what is no layer."""
    same: str | None
    """The path at which the same module stood first; what was recorded of it is counted there."""
    watched: bool
    """Whether its calls were to be recorded."""
    calls: int
    """In all recorded steps."""
    tensors: int
    """Distinct tensors that were recorded of it: of its calls, and of what it owns."""
    bytes: int
    """Of these, whether or not their values are kept."""


@dataclass(frozen=True, slots=True)
class StepSurvey:
    """One recorded step."""

    number: int
    calls: int
    backward: bool
    updated: bool
    """Whether an optimizer was seen to step."""


@dataclass(frozen=True, slots=True)
class TraceSurvey:
    """A whole trace."""

    path: str
    name: str
    framework: str
    framework_version: str
    padiff: str
    """The version that wrote it."""
    level: str
    rank: int
    every: int
    limits: tuple[str, ...]
    """In words, what was left out."""
    tensors: int
    bytes: int
    """Of the tensors, whether or not their values are kept."""
    files: int
    disk: int
    """Bytes of the files."""
    steps: tuple[StepSurvey, ...]
    modules: tuple[ModuleSurvey, ...]
    """In definition order: parents come before children."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


def survey(trace: Trace) -> TraceSurvey:
    """Count what a trace holds; reads no values."""
    index = trace.index
    files = [entry for entry in trace.path.iterdir() if entry.is_file()]
    return TraceSurvey(
        path=str(trace.path),
        name=index.name,
        framework=index.framework,
        framework_version=index.framework_version,
        padiff=index.padiff,
        level=index.level,
        rank=index.rank,
        every=index.every,
        limits=index.limits,
        tensors=len(index.tensors),
        bytes=sum(map(_size, index.tensors)),
        files=len(files),
        disk=sum(file.stat().st_size for file in files),
        steps=tuple(map(_step, index.steps)),
        modules=tuple(_modules(index)),
    )


def _size(tensor: TensorEntry) -> int:
    dtype = named_dtype(tensor.dtype)
    return math.prod(tensor.shape) * (dtype.itemsize if dtype else 0)


def _step(step: StepEntry) -> StepSurvey:
    return StepSurvey(step.number, len(step.calls), step.backward, bool(step.updated))


def _modules(index: Index) -> Iterator[ModuleSurvey]:
    calls = [0] * len(index.modules)
    held: list[set[int]] = [set() for _ in index.modules]
    for call in (call for step in index.steps for call in step.calls):
        calls[call.module] += 1
        held[call.module].update(_numbers(call))
    owners = {
        state_key(place, state.name): place
        for place, module in enumerate(index.modules)
        for state in module.tensors
    }
    for moment in _moments(index):
        for key, number in moment.items():
            held[owners[key]].add(number)
    depths: list[int] = []
    for place, module in enumerate(index.modules):
        depths.append(depths[module.parent] + 1 if module.parent >= 0 else 0)
        first = module if module.same < 0 else index.modules[module.same]
        yield ModuleSurvey(
            path=module.path,
            depth=depths[place],
            class_name=first.class_name,
            kind=first.kind,
            same=first.path if module.same >= 0 else None,
            watched=module.watched,
            calls=calls[place],
            tensors=len(held[place]),
            bytes=sum(_size(index.tensors[number]) for number in held[place]),
        )


def _numbers(call: CallEntry) -> Iterator[int]:
    for slots in (call.inputs, call.outputs, call.input_gradients, call.output_gradients):
        yield from slots.values()


def _moments(index: Index) -> Iterator[dict[str, int]]:
    yield index.initial
    for step in index.steps:
        yield from (step.before, step.buffers, step.gradients, step.updated)
