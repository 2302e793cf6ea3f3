"""What no type can say of an index: its references lead somewhere, and its claims are possible."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from padiff.dtypes import named_dtype
from padiff.errors import TraceError
from padiff.trace.index import DEEPEST, DEEPEST_CALL
from padiff.trace.keys import state_key
from padiff.trace.texts import unshowable

if TYPE_CHECKING:
    from padiff.trace.index import (
        CallEntry,
        Index,
        ModuleEntry,
        Moment,
        StateEntry,
        StepEntry,
        TensorEntry,
    )

__all__ = ["check"]

_LARGEST = 1 << 40
"""Bytes of one tensor; what claims more is not believed."""


def check(index: Index, path: Path) -> None:
    """Hold an index against itself.

    Raises:
        TraceError: With the place in the index, at the first thing that cannot be.
    """
    for where, got in _faults(index):
        raise TraceError(
            "The index of a trace contradicts itself.", where=f"{path}, {where}", got=got
        )


def _faults(index: Index) -> Iterator[tuple[str, str]]:
    for place, text in unshowable(index):
        yield place, f"control characters in {_short(text)}"
    for i, tensor in enumerate(index.tensors):
        yield from ((f"$.tensors[{i}]", fault) for fault in _of_tensor(tensor, index))
    yield from _of_modules(index)
    owned = {
        state_key(i, state.name): state
        for i, module in enumerate(index.modules)
        for state in module.tensors
    }
    for place, moment, exact in _moments(index):
        yield from ((place, fault) for fault in _of_moment(moment, owned, index, exact=exact))
    for i, step in enumerate(index.steps):
        if i and step.number <= index.steps[i - 1].number:
            yield f"$.steps[{i}]", "a step before the one it follows"
        yield from ((f"$.steps[{i}].{place}", fault) for place, fault in _of_calls(step, index))


def _of_tensor(tensor: TensorEntry, index: Index) -> Iterator[str]:
    yield from _of_claim(tensor.shape, tensor.dtype)
    if bool(tensor.file) != (index.level == "full"):
        yield f"{'a' if tensor.file else 'no'} file at the level {index.level!r}"
    if bool(tensor.digest) == (index.level == "full"):
        yield f"{'a' if tensor.digest else 'no'} hash at the level {index.level!r}"
    if (tensor.summary is not None) != (index.level == "statistics"):
        yield f"{'a' if tensor.summary else 'no'} summary at the level {index.level!r}"


def _of_claim(shape: tuple[int, ...], name: str, *, defective: bool = False) -> Iterator[str]:
    dtype = named_dtype(name)
    if dtype is None and not defective:
        yield f"the unknown dtype {_short(name)}"
    size = dtype.itemsize if dtype else 1
    if math.prod(max(length, 1) for length in shape) * size > _LARGEST:
        yield f"a tensor of shape {shape}"


def _of_modules(index: Index) -> Iterator[tuple[str, str]]:
    if not index.modules:
        yield "$.modules", "no module"
    depths: list[int] = []
    paths: set[str] = set()
    for i, module in enumerate(index.modules):
        for fault in _of_module(i, module, index):
            yield f"$.modules[{i}]", fault
        depths.append(depths[module.parent] + 1 if module.parent >= 0 else 0)
        if depths[i] > DEEPEST:
            yield f"$.modules[{i}]", f"a module within {depths[i]} others"
        if module.path in paths:
            yield f"$.modules[{i}]", f"a second module at {_short(module.path)}"
        paths.add(module.path)
    for number in index.layer_map:
        if number >= len(index.modules) or index.modules[number].same >= 0:
            yield "$.layer_map", f"the module {number}"


def _of_module(i: int, module: ModuleEntry, index: Index) -> Iterator[str]:
    if module.parent >= i or (module.parent < 0) != (i == 0):
        yield f"the parent {module.parent}"
        return
    above = index.modules[module.parent].path if i else None
    if above is not None and not module.path.startswith(f"{above}." if above else ""):
        yield f"the path {_short(module.path)} below {_short(above)}"
    if module.same >= i or (module.same >= 0 and not index.modules[module.same].class_names):
        yield f"the same module as {module.same}"
    if (module.same < 0) != bool(module.class_names):
        yield "no class, or one too many"
    for state in module.tensors:
        yield from _of_claim(state.shape, state.dtype, defective=bool(state.defect))
    if len({state.name for state in module.tensors}) < len(module.tensors):
        yield "two tensors of one name"


def _moments(index: Index) -> Iterator[tuple[str, Moment, bool]]:
    """Each moment with its place, and whether dtypes must be those of the model's tensors."""
    yield "$.initial", index.initial, True
    for i, step in enumerate(index.steps):
        for name in ("before", "buffers", "gradients", "updated"):
            yield f"$.steps[{i}].{name}", getattr(step, name), name != "gradients"


def _of_moment(
    moment: Moment, owned: Mapping[str, StateEntry], index: Index, *, exact: bool
) -> Iterator[str]:
    for key, number in moment.items():
        state = owned.get(key)
        if state is None or state.defect:
            yield f"{_short(key)}, which no module owns"
        elif number >= len(index.tensors):
            yield f"the tensor {number}"
        elif (found := index.tensors[number]).shape != state.shape:
            yield f"{_short(key)} of shape {found.shape}"
        elif exact and found.dtype != state.dtype:
            yield f"{_short(key)} of dtype {found.dtype}"


def _of_calls(step: StepEntry, index: Index) -> Iterator[tuple[str, str]]:
    depths: list[int] = []
    for k, call in enumerate(step.calls):
        for fault in _of_call(k, call, index):
            yield f"calls[{k}]", fault
        depths.append(depths[call.parent] + 1 if call.parent >= 0 else 0)
        if depths[k] > DEEPEST_CALL:
            yield f"calls[{k}]", f"a call within {depths[k]} others"


def _of_call(k: int, call: CallEntry, index: Index) -> Iterator[str]:
    if call.module >= len(index.modules) or index.modules[call.module].same >= 0:
        yield f"the module {call.module}"
    if call.parent >= k:
        yield f"the parent {call.parent}"
    for slots in (call.inputs, call.outputs, call.input_gradients, call.output_gradients):
        for number in slots.values():
            if number >= len(index.tensors):
                yield f"the tensor {number}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}...")
