"""The tensors of a torch module behind the core's `StateDictAdapter`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch

from padiff import containers
from padiff.protocols import Array, Restore, Role, TensorSpec
from padiff.tree import join
from padiff_torch.arrays import as_tensor, host_view, staged_copy
from padiff_torch.defects import defect_of, shape_of
from padiff_torch.dtypes import numpy_dtype

__all__ = ["TorchState", "hidden_items", "is_on_host", "registered_ids"]

ItemT = TypeVar("ItemT")
_MODULE_ATTRIBUTES = frozenset(vars(torch.nn.Module()))
_HIDDEN = (torch.nn.Module, torch.nn.Parameter)


def is_on_host(tensor: torch.Tensor) -> bool:
    """Whether NumPy can see the tensor's memory."""
    return tensor.device.type == "cpu"


def registered_ids(module: torch.nn.Module) -> frozenset[int]:
    """Identities of the modules, parameters and buffers torch itself knows in a model."""
    return containers.registered_ids(module, torch.nn.Module, _registered, _MODULE_ATTRIBUTES)


def _registered(module: torch.nn.Module) -> Iterator[object]:
    for registry in (module._parameters, module._buffers, module._modules):
        yield from registry.values()


def hidden_items(
    module: torch.nn.Module, kind: type[ItemT] | tuple[type[ItemT], ...], registered: frozenset[int]
) -> list[tuple[str, ItemT]]:
    """Objects in a module's plain lists, tuples and dicts that are registered nowhere.

    torch does not see a Parameter or a module in a plain list; a transfer must not skip it.
    """
    return containers.items_inside(vars(module), kind, registered, _MODULE_ATTRIBUTES)


class _Slot(NamedTuple):
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
        tree = list(_tree(module, registered, "", own=own, above=frozenset(), saved=True))
        slots = containers.by_name(found for member in tree for found in _slots(member))
        self._modules = [member.module for member in tree]
        self._tensors = {name: slot.tensor for name, slot in slots.items()}
        self._specs = {name: _spec(name, slot) for name, slot in slots.items()}
        for member in tree:
            self._specs.update(_packed(member.module, member.prefix))

    @property
    def specs(self) -> Mapping[str, TensorSpec]:
        """What is known of each tensor, in torch's registration order."""
        return self._specs

    def open(self, name: str) -> Array:
        """A writable view of a host tensor; a staged copy of any other."""
        tensor = self._tensors[name]
        return host_view(tensor) if is_on_host(tensor) else staged_copy(tensor)

    def flush(self, name: str, array: Array) -> None:
        """Write a staged copy back; nothing to do for a view."""
        tensor = self._tensors[name]
        if not is_on_host(tensor):
            bits = as_tensor(np.ascontiguousarray(array).reshape(array.shape))
            with torch.no_grad():
                tensor.detach().copy_(bits.view(tensor.dtype))

    def gradients(self) -> Mapping[str, Array]:
        """Gradients by name, read-only; a sparse one is made dense."""
        found = {}
        for name, tensor in self._tensors.items():
            grad = tensor.grad if tensor.is_leaf else None
            if grad is not None:
                dense = grad.to_dense() if grad.layout is not torch.strided else grad
                array = host_view(dense) if is_on_host(dense) else staged_copy(dense)
                array.flags.writeable = False
                found[name] = array
        return found

    def snapshot(self) -> Restore:
        """Copy all values; the result puts values, memory and objects back."""
        kept = {id(tensor): tensor for tensor in self._tensors.values()}
        saved = [
            (tensor, tensor.detach(), tensor.detach().clone())
            for tensor in kept.values()
            if defect_of(tensor) is None
        ]
        put_back = containers.remember(self._modules)

        def restore() -> None:
            put_back()
            with torch.no_grad():
                for tensor, memory, values in saved:
                    memory.copy_(values)
                    tensor.data = memory

        return restore


class _Member(NamedTuple):
    """A module of the tree below the one that was asked."""

    prefix: str
    module: torch.nn.Module
    saved: bool
    """Whether a state dict reaches it."""
    hidden: list[tuple[str, object]]
    """The modules and parameters it keeps in plain containers."""


def _tree(
    module: torch.nn.Module,
    registered: frozenset[int],
    prefix: str,
    *,
    own: bool,
    above: frozenset[int],
    saved: bool,
) -> Iterator[_Member]:
    """The module and, unless `own`, every module below it."""
    hidden = hidden_items(module, _HIDDEN, registered)
    yield _Member(prefix, module, saved, hidden)
    if own:
        return
    inside = above | {id(module)}
    children = [(n, c, saved) for n, c in module._modules.items() if c is not None]
    children += [(n, c, False) for n, c in hidden if isinstance(c, torch.nn.Module)]
    for key, child, reached in children:
        if id(child) not in inside:
            path = join(prefix, key)
            yield from _tree(child, registered, path, own=False, above=inside, saved=reached)


def _slots(member: _Member) -> Iterator[tuple[str, _Slot]]:
    """The tensors of a module itself."""
    module, prefix, saved = member.module, member.prefix, member.saved
    for key, parameter in module._parameters.items():
        if parameter is not None:
            yield join(prefix, key), _Slot(parameter, "parameter", persistent=saved)
    for key, buffer in module._buffers.items():
        if buffer is not None:
            persistent = saved and key not in module._non_persistent_buffers_set
            yield join(prefix, key), _Slot(buffer, "buffer", persistent=persistent)
    for key, item in member.hidden:
        if isinstance(item, torch.nn.Parameter):
            yield join(prefix, key), _Slot(item, "parameter", persistent=False)


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
    defect = defect_of(tensor)
    return TensorSpec(
        name=name,
        shape=shape_of(tensor),
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
