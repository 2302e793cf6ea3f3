"""What no type can say of an index: its references lead somewhere, and its claims are possible."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from padiff.dtypes import named_dtype
from padiff.errors import TraceError
from padiff.trace.keys import state_key

if TYPE_CHECKING:
    from padiff.trace.index import CallEntry, Index, ModuleEntry, Moment, TensorEntry

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
    for i, tensor in enumerate(index.tensors):
        yield from ((f"$.tensors[{i}]", fault) for fault in _of_tensor(tensor, index))
    if not index.modules:
        yield "$.modules", "no module"
    for i, module in enumerate(index.modules):
        yield from ((f"$.modules[{i}]", fault) for fault in _of_module(i, module, index))
    owned = {
        state_key(i, state.name): (state.shape, state.dtype)
        for i, module in enumerate(index.modules)
        for state in module.tensors
    }
    for place, moment in _moments(index):
        yield from ((place, fault) for fault in _of_moment(moment, owned, index))
    for i, step in enumerate(index.steps):
        if i and step.number <= index.steps[i - 1].number:
            yield f"$.steps[{i}]", "a step before the one it follows"
        for k, call in enumerate(step.calls):
            where = f"$.steps[{i}].calls[{k}]"
            yield from ((where, fault) for fault in _of_call(k, call, index))


def _of_tensor(tensor: TensorEntry, index: Index) -> Iterator[str]:
    yield from _of_claim(tensor.shape, tensor.dtype)
    if bool(tensor.file) != (index.level == "full"):
        yield f"{'a' if tensor.file else 'no'} file at the level {index.level!r}"
    if not tensor.file and not tensor.digest:
        yield "neither values nor a hash"
    if (tensor.summary is not None) != (index.level == "statistics"):
        yield f"{'a' if tensor.summary else 'no'} summary at the level {index.level!r}"


def _of_claim(shape: tuple[int, ...], name: str) -> Iterator[str]:
    dtype = named_dtype(name)
    if dtype is None:
        yield f"the unknown dtype {name!r}"
    elif math.prod(shape) * dtype.itemsize > _LARGEST:
        yield f"a tensor of shape {shape}"


def _of_module(i: int, module: ModuleEntry, index: Index) -> Iterator[str]:
    if module.parent >= i or (module.parent < 0) != (i == 0):
        yield f"the parent {module.parent}"
    if module.same >= i or (module.same >= 0 and not index.modules[module.same].class_names):
        yield f"the same module as {module.same}"
    if (module.same < 0) != bool(module.class_names):
        yield "no class, or one too many"
    for state in module.tensors:
        yield from _of_claim(state.shape, state.dtype)
    if len({state.name for state in module.tensors}) < len(module.tensors):
        yield "two tensors of one name"


def _moments(index: Index) -> Iterator[tuple[str, Moment]]:
    yield "$.initial", index.initial
    for i, step in enumerate(index.steps):
        for name in ("before", "buffers", "gradients", "updated"):
            yield f"$.steps[{i}].{name}", getattr(step, name)


def _of_moment(
    moment: Moment, owned: dict[str, tuple[tuple[int, ...], str]], index: Index
) -> Iterator[str]:
    for key, number in moment.items():
        if key not in owned:
            yield f"{key!r}, which no module owns"
        elif number >= len(index.tensors):
            yield f"the tensor {number}"
        elif index.tensors[number].shape != owned[key][0]:
            yield f"{key!r} of shape {index.tensors[number].shape}"


def _of_call(k: int, call: CallEntry, index: Index) -> Iterator[str]:
    if call.module >= len(index.modules) or index.modules[call.module].same >= 0:
        yield f"the module {call.module}"
    if call.parent >= k:
        yield f"the parent {call.parent}"
    tensors = (call.inputs, call.outputs, call.input_gradients, call.output_gradients)
    for number in {number for slots in tensors for number in slots.values()}:
        if number >= len(index.tensors):
            yield f"the tensor {number}"
