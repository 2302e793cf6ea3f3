"""The tensors of a reference module behind the core's `StateDictAdapter`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from padiff.containers import by_name, items_inside, registered_ids, remember
from padiff.layout import region_of
from padiff.protocols import Array, Restore, Role, TensorSpec
from padiff.tree import join

from .modules import Module
from .tensors import Parameter, Tensor, recording

__all__ = ["ReferenceState", "hidden", "registered"]

ItemT = TypeVar("ItemT")
_OWN_ATTRIBUTES = frozenset(vars(Module()))


def _registered(module: Module) -> Iterator[object]:
    yield from module._parameters.values()
    yield from module._buffers.values()
    yield from module._children.values()


def registered(root: Module) -> frozenset[int]:
    """Identities of every registered tensor and module of a model."""
    return registered_ids(root, Module, _registered, _OWN_ATTRIBUTES)


def hidden(module: Module, kind: type[ItemT], known: frozenset[int]) -> list[tuple[str, ItemT]]:
    """Objects in the module's plain containers that are registered nowhere."""
    return items_inside(vars(module), kind, known, _OWN_ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class _Slot:
    tensor: Tensor
    role: Role
    persistent: bool


class ReferenceState:
    """The tensors of one module, as they are when the object is made."""

    def __init__(self, module: Module, known: frozenset[int], *, own: bool = False) -> None:
        self._known = known
        self._modules: list[Module] = []
        self._slots = by_name(self._walk(module, "", own=own, above=frozenset(), seen=True))
        self._specs = {name: _spec(name, slot) for name, slot in self._slots.items()}

    def _walk(
        self, module: Module, prefix: str, *, own: bool, above: frozenset[int], seen: bool
    ) -> Iterator[tuple[str, _Slot]]:
        self._modules.append(module)
        for name, parameter in module._parameters.items():
            yield join(prefix, name), _Slot(parameter, "parameter", persistent=seen)
        for name, buffer in module._buffers.items():
            persistent = seen and name not in module._passing
            yield join(prefix, name), _Slot(buffer, "buffer", persistent=persistent)
        for name, parameter in hidden(module, Parameter, self._known):
            yield join(prefix, name), _Slot(parameter, "parameter", persistent=False)
        if own:
            return
        above |= {id(module)}
        concealed = hidden(module, Module, self._known)
        for name, child in [*module._children.items(), *concealed]:
            if id(child) not in above:
                path, shown = join(prefix, name), seen and name in module._children
                yield from self._walk(child, path, own=False, above=above, seen=shown)

    @property
    def specs(self) -> Mapping[str, TensorSpec]:
        """What is known of each tensor."""
        return self._specs

    def open(self, name: str) -> Array:
        """The memory of a tensor that is here, a copy of one that is far."""
        tensor = self._slots[name].tensor
        return tensor.view() if tensor.device == "here" else np.array(tensor.read(), order="C")

    def flush(self, name: str, array: Array) -> None:
        """Write a far tensor."""
        tensor = self._slots[name].tensor
        if tensor.device == "far":
            with recording(enabled=False):
                tensor.write(array)

    def gradients(self) -> Mapping[str, Array]:
        """Copies of the gradients, read-only."""
        found = {}
        for name, slot in self._slots.items():
            if slot.tensor.grad is not None:
                found[name] = slot.tensor.grad.read()
                found[name].flags.writeable = False
        return found

    def snapshot(self) -> Restore:
        """Remember memory, values and objects."""
        put_back = remember(self._modules)
        tensors = {id(slot.tensor): slot.tensor for slot in self._slots.values()}
        saved = [_saved(tensor) for tensor in tensors.values() if tensor.memory is not None]

        def restore() -> None:
            put_back()
            for again in saved:
                again()

        return restore


def _saved(tensor: Tensor) -> Callable[[], None]:
    memory, values = tensor.memory, tensor.read()

    def restore() -> None:
        tensor.memory = memory
        with recording(enabled=False):
            tensor.write(values)

    return restore


def _spec(name: str, slot: _Slot) -> TensorSpec:
    tensor = slot.tensor
    memory = tensor.memory
    return TensorSpec(
        name=name,
        shape=() if memory is None else memory.shape,
        dtype=np.dtype(np.void) if memory is None else memory.dtype,
        role=slot.role,
        persistent=slot.persistent,
        trainable=tensor.trainable,
        device=tensor.device,
        on_host=tensor.device == "here",
        memory=id(tensor) if memory is None or not memory.size else _place(memory),
        defect="it has no memory yet" if memory is None else None,
    )


def _place(memory: Array) -> tuple[object, ...]:
    """Equal for tensors that are the same elements in the same order."""
    return (*region_of(memory), memory.dtype)
