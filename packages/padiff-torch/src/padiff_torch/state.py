"""The tensors of a torch module behind the core's `StateDictAdapter`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from torch.utils._python_dispatch import is_traceable_wrapper_subclass

from padiff.protocols import Array, Restore, Role, TensorSpec
from padiff.tree import join
from padiff_torch.arrays import as_tensor, host_view, staged_copy
from padiff_torch.dtypes import numpy_dtype

__all__ = ["TorchState", "hidden_items", "is_on_host", "registered_ids"]

ItemT = TypeVar("ItemT")
_MODULE_ATTRIBUTES = frozenset(vars(torch.nn.Module()))


def is_on_host(tensor: torch.Tensor) -> bool:
    """Whether NumPy can see the tensor's memory."""
    return tensor.device.type == "cpu"


def registered_ids(module: torch.nn.Module) -> frozenset[int]:
    """Identities of the modules, parameters and buffers torch itself knows in a model."""
    ids = set()
    for child in module.modules():
        ids.add(id(child))
        for tensor in (*child._parameters.values(), *child._buffers.values()):
            ids.add(id(tensor))
    return frozenset(ids)


def hidden_items(
    module: torch.nn.Module, kind: type[ItemT], registered: frozenset[int]
) -> list[tuple[str, ItemT]]:
    """Objects in a module's plain lists, tuples and dicts that are registered nowhere.

    torch does not see a Parameter or a module in a plain list; a transfer must not skip it.
    """
    attributes = ((k, v) for k, v in vars(module).items() if k not in _MODULE_ATTRIBUTES)
    return [
        found
        for name, value in attributes
        if isinstance(value, (list, tuple, dict))
        for found in _inside(name, value, kind, registered, depth=0)
    ]


def _inside(
    name: str, value: Any, kind: type[ItemT], registered: frozenset[int], depth: int
) -> Iterator[tuple[str, ItemT]]:
    if isinstance(value, kind) and id(value) not in registered:
        yield name, value
    elif isinstance(value, (list, tuple, dict)) and depth < 4:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _inside(f"{name}.{key}", item, kind, registered, depth + 1)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A tensor, and how its module keeps it."""

    tensor: torch.Tensor
    role: Role
    persistent: bool


class TorchState:
    """The tensors of one module, as they are when the object is made.

    Args:
        module: The module.
        registered: See `registered_ids`; of the whole model.
        own: Leave out what belongs to its children.
    """

    def __init__(
        self, module: torch.nn.Module, registered: frozenset[int], *, own: bool = False
    ) -> None:
        self._tree = list(_tree(module, registered, "", own=own, above=frozenset()))
        self._slots = {
            name: slot
            for prefix, member in self._tree
            for name, slot in _slots(member, registered, prefix)
        }
        self._specs = {name: _spec(name, slot) for name, slot in self._slots.items()}
        for prefix, member in self._tree:
            self._specs.update(_packed(member, prefix))

    @property
    def specs(self) -> Mapping[str, TensorSpec]:
        """What is known of each tensor, in torch's registration order."""
        return self._specs

    def open(self, name: str) -> Array:
        """A writable view of a host tensor; a staged copy of any other."""
        tensor = self._slots[name].tensor
        return host_view(tensor) if is_on_host(tensor) else staged_copy(tensor)

    def flush(self, name: str, array: Array) -> None:
        """Write a staged copy back; nothing to do for a view."""
        tensor = self._slots[name].tensor
        if not is_on_host(tensor):
            bits = as_tensor(np.ascontiguousarray(array).reshape(array.shape))
            with torch.no_grad():
                tensor.detach().copy_(bits.view(tensor.dtype))

    def gradients(self) -> Mapping[str, Array]:
        """Gradients by name, read-only; a sparse one is made dense."""
        found = {}
        for name, slot in self._slots.items():
            grad = slot.tensor.grad if slot.tensor.is_leaf else None
            if grad is not None:
                dense = grad.to_dense() if grad.layout is not torch.strided else grad
                array = host_view(dense) if is_on_host(dense) else staged_copy(dense)
                array.flags.writeable = False
                found[name] = array
        return found

    def snapshot(self) -> Restore:
        """Copy all values; the result puts values, memory and objects back."""
        kept = {id(slot.tensor): slot.tensor for slot in self._slots.values()}
        saved = [
            (tensor, tensor.detach(), tensor.detach().clone())
            for tensor in kept.values()
            if _defect(tensor) is None
        ]
        registries = [(found, dict(found)) for _, member in self._tree for found in _dicts(member)]

        def restore() -> None:
            for registry, content in registries:
                registry.clear()
                registry.update(content)
            with torch.no_grad():
                for tensor, memory, values in saved:
                    memory.copy_(values)
                    tensor.data = memory

        return restore


def _tree(
    module: torch.nn.Module,
    registered: frozenset[int],
    prefix: str,
    *,
    own: bool,
    above: frozenset[int],
) -> Iterator[tuple[str, torch.nn.Module]]:
    """The module and, unless `own`, every module below it, each with its path."""
    yield prefix, module
    if own:
        return
    inside = above | {id(module)}
    children = [(n, c) for n, c in module._modules.items() if c is not None]
    children += hidden_items(module, torch.nn.Module, registered)
    for key, child in children:
        if id(child) not in inside:
            yield from _tree(child, registered, join(prefix, key), own=False, above=inside)


def _dicts(module: torch.nn.Module) -> Iterator[MutableMapping[str, Any]]:
    """Where a module keeps its tensors and children by name."""
    yield module._parameters
    yield module._buffers
    yield module._modules


def _slots(
    module: torch.nn.Module, registered: frozenset[int], prefix: str
) -> Iterator[tuple[str, _Slot]]:
    """The tensors of a module itself."""
    for key, parameter in module._parameters.items():
        if parameter is not None:
            yield join(prefix, key), _Slot(parameter, "parameter", persistent=True)
    for key, buffer in module._buffers.items():
        if buffer is not None:
            persistent = key not in module._non_persistent_buffers_set
            yield join(prefix, key), _Slot(buffer, "buffer", persistent=persistent)
    for key, hidden in hidden_items(module, torch.nn.Parameter, registered):
        yield join(prefix, key), _Slot(hidden, "parameter", persistent=False)


def _packed(module: torch.nn.Module, prefix: str) -> Iterator[tuple[str, TensorSpec]]:
    """What a module saves that is neither a parameter nor a buffer, each as a spec with a defect.

    Quantised layers keep their weights packed for the kernels, others an "extra state"; a transfer
    knows nothing of either and must not pass over them.
    """
    cls, plain = type(module), torch.nn.Module
    own_way = cls._save_to_state_dict is not plain._save_to_state_dict
    if not own_way and cls.get_extra_state is plain.get_extra_state:
        return
    saved: dict[str, Any] = {}
    module._save_to_state_dict(saved, "", keep_vars=True)
    for key, value in saved.items():
        if key in module._parameters or key in module._buffers:
            continue
        yield (
            join(prefix, key),
            TensorSpec(
                name=join(prefix, key),
                shape=(),
                dtype=np.dtype(np.void),
                role="buffer",
                persistent=True,
                trainable=False,
                device="",
                on_host=True,
                memory=(id(module), key),
                defect=f"{cls.__name__} saves it in a way of its own ({type(value).__name__}), "
                "not as a parameter or a buffer",
            ),
        )


def _spec(name: str, slot: _Slot) -> TensorSpec:
    tensor = slot.tensor
    defect = _defect(tensor)
    shape = () if torch.nn.parameter.is_lazy(tensor) else tuple(tensor.shape)
    return TensorSpec(
        name=name,
        shape=shape,
        dtype=numpy_dtype(tensor.dtype) or np.dtype(np.void),
        role=slot.role,
        persistent=slot.persistent,
        trainable=tensor.requires_grad,
        device=str(tensor.device),
        on_host=is_on_host(tensor),
        memory=id(tensor) if defect or not tensor.numel() else _memory(tensor),
        defect=defect,
    )


def _memory(tensor: torch.Tensor) -> tuple[object, ...]:
    """Equal for tensors that are the same elements in the same order."""
    return tensor.device, tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype


def _defect(tensor: torch.Tensor) -> str | None:
    """Why the tensor has no values to copy; the first reason, for a later one may not be asked."""
    return next(_defects(tensor), None)


def _defects(tensor: torch.Tensor) -> Iterator[str]:
    if torch.nn.parameter.is_lazy(tensor):
        yield "it is uninitialised: a lazy module before its first forward"
    if tensor.is_meta:
        yield "it is on the meta device: it has a shape and no values"
    if tensor.is_quantized:
        yield f"it is quantised ({tensor.dtype})"
    if tensor.layout is not torch.strided:
        yield f"it is sparse ({tensor.layout})"
    if is_traceable_wrapper_subclass(tensor):
        yield f"it is a wrapper of other tensors ({type(tensor).__name__})"
    if tensor.is_conj() or tensor.is_neg():
        yield "it is a lazy conjugate or negative view"
    if numpy_dtype(tensor.dtype) is None:
        yield f"NumPy has no counterpart of {tensor.dtype}"
