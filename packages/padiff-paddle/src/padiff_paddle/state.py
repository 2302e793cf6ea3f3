"""The tensors of a paddle layer behind the core's `StateDictAdapter`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
import paddle

from padiff import containers
from padiff.protocols import Array, Restore, Role, TensorSpec
from padiff.tree import join
from padiff_paddle.arrays import as_tensor, dense_rows, host_view, staged_copy
from padiff_paddle.defects import defect_of, device_of
from padiff_paddle.dtypes import numpy_dtype

__all__ = ["PaddleState", "hidden_items", "is_on_host", "registered_ids"]

ItemT = TypeVar("ItemT")
# The one buffer a paddle RNN lays all its parameters out in: another view of what is registered.
_FLAT_RNN_WEIGHT = "_flat_weight"
_LAYER_ATTRIBUTES = frozenset((*vars(paddle.nn.Layer()), _FLAT_RNN_WEIGHT))
_HIDDEN = (paddle.nn.Layer, paddle.base.framework.EagerParamBase)


def is_on_host(tensor: paddle.Tensor) -> bool:
    """Whether NumPy can see the tensor's memory."""
    return bool(tensor.place.is_cpu_place())


def registered_ids(module: paddle.nn.Layer) -> frozenset[int]:
    """Identities of the layers, parameters and buffers paddle itself knows in a model."""
    return containers.registered_ids(module, paddle.nn.Layer, _registered, _LAYER_ATTRIBUTES)


def _registered(module: paddle.nn.Layer) -> Iterator[object]:
    for registry in (module._parameters, module._buffers, module._sub_layers):
        yield from registry.values()


def hidden_items(
    module: paddle.nn.Layer, kind: type[ItemT] | tuple[type[ItemT], ...], registered: frozenset[int]
) -> list[tuple[str, ItemT]]:
    """Objects in a layer's plain lists, tuples and dicts that are registered nowhere.

    paddle does not see a Parameter or a layer in a plain list (its own AdaptiveLogSoftmaxWithLoss
    keeps its tails in one); a transfer must not skip it.
    """
    return containers.items_inside(vars(module), kind, registered, _LAYER_ATTRIBUTES)


class _Slot(NamedTuple):
    """A tensor, and how its module keeps it."""

    tensor: paddle.Tensor
    role: Role
    persistent: bool


class PaddleState:
    """The tensors of one layer, as they are when the object is made.

    Args:
        module: The layer.
        registered: See `registered_ids`; of the whole model.
        own: Leave out what belongs to its children.
    """

    def __init__(
        self, module: paddle.nn.Layer, registered: frozenset[int], *, own: bool = False
    ) -> None:
        tree = list(_tree(module, registered, "", own=own, above=frozenset(), saved=True))
        slots = containers.by_name(found for member in tree for found in _slots(member))
        self._modules = [member.module for member in tree]
        self._tensors = {name: slot.tensor for name, slot in slots.items()}
        self._specs = {name: _spec(name, slot) for name, slot in slots.items()}

    @property
    def specs(self) -> Mapping[str, TensorSpec]:
        """What is known of each tensor, in paddle's registration order."""
        return self._specs

    def open(self, name: str) -> Array:
        """A writable view of a host tensor; a staged copy of any other."""
        tensor = self._tensors[name]
        return host_view(tensor) if is_on_host(tensor) else staged_copy(tensor)

    def flush(self, name: str, array: Array) -> None:
        """Write a staged copy back; nothing to do for a view."""
        tensor: Any = self._tensors[name]
        if not is_on_host(tensor):
            with paddle.no_grad():
                tensor.set_value(as_tensor(array, tensor.dtype))

    def gradients(self) -> Mapping[str, Array]:
        """Gradients by name, read-only; a sparse one is made dense."""
        found = {}
        for name, tensor in self._tensors.items():
            grad: Any = tensor.grad
            if grad is not None:
                array = _values(grad)
                array.flags.writeable = False
                found[name] = array
        return found

    def snapshot(self) -> Restore:
        """Copy all values; the result puts values, memory and objects back."""
        kept = {id(tensor): tensor for tensor in self._tensors.values()}
        saved: list[tuple[Any, paddle.Tensor, paddle.Tensor]] = [
            (tensor, _own_view(tensor), tensor.detach().clone())
            for tensor in kept.values()
            if defect_of(tensor) is None
        ]
        put_back = containers.remember(self._modules)

        def restore() -> None:
            put_back()
            with paddle.no_grad():
                for tensor, memory, values in saved:
                    memory.set_value(values)
                    tensor.data = memory

        return restore


class _Member(NamedTuple):
    """A layer of the tree below the one that was asked."""

    prefix: str
    module: paddle.nn.Layer
    saved: bool
    """Whether a state dict reaches it."""
    hidden: list[tuple[str, object]]
    """The layers and parameters it keeps in plain containers."""


def _tree(
    module: paddle.nn.Layer,
    registered: frozenset[int],
    prefix: str,
    *,
    own: bool,
    above: frozenset[int],
    saved: bool,
) -> Iterator[_Member]:
    """The layer and, unless `own`, every layer below it."""
    hidden = hidden_items(module, _HIDDEN, registered)
    yield _Member(prefix, module, saved, hidden)
    if own:
        return
    inside = above | {id(module)}
    children = [(n, c, saved) for n, c in module._sub_layers.items() if c is not None]
    children += [(n, c, False) for n, c in hidden if isinstance(c, paddle.nn.Layer)]
    for key, child, reached in children:
        if id(child) not in inside:
            path = join(prefix, key)
            yield from _tree(child, registered, path, own=False, above=inside, saved=reached)


def _slots(member: _Member) -> Iterator[tuple[str, _Slot]]:
    """The tensors of a layer itself."""
    module, prefix, saved = member.module, member.prefix, member.saved
    for key, parameter in module._parameters.items():
        if parameter is not None:
            yield join(prefix, key), _Slot(parameter, "parameter", persistent=saved)
    for key, buffer in module._buffers.items():
        if buffer is not None:
            persistent = saved and key not in module._non_persistable_buffer_names_set
            yield join(prefix, key), _Slot(buffer, "buffer", persistent=persistent)
    for key, item in member.hidden:
        if isinstance(item, paddle.base.framework.EagerParamBase):
            yield join(prefix, key), _Slot(item, "parameter", persistent=False)


def _values(gradient: Any) -> Array:
    if gradient.is_selected_rows():
        return dense_rows(gradient)
    dense = gradient if gradient.is_dense() else gradient.to_dense()
    return host_view(dense) if is_on_host(dense) else staged_copy(dense)


def _own_view(tensor: paddle.Tensor) -> paddle.Tensor:
    """The tensor's memory in its present shape and dtype, whatever becomes of the tensor.

    `detach` alone follows the tensor when it is reshaped, which `paddle.assign` does in silence.
    """
    detached = tensor.detach()
    return detached.view(list(tensor.shape)) if tensor.size else detached


def _spec(name: str, slot: _Slot) -> TensorSpec:
    tensor = slot.tensor
    defect = defect_of(tensor)
    shape, device = tuple(tensor.shape), device_of(tensor)
    dtype = numpy_dtype(tensor.dtype) or np.dtype(np.void)
    return TensorSpec(
        name=name,
        shape=shape,
        dtype=dtype,
        role=slot.role,
        persistent=slot.persistent,
        trainable=not tensor.stop_gradient,
        device=device,
        on_host=not defect and is_on_host(tensor),
        memory=id(tensor) if defect or 0 in shape else _memory(tensor, device, shape, dtype),
        defect=defect,
    )


def _memory(
    tensor: Any, device: str, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> tuple[object, ...]:
    """Equal for tensors that are the same elements in the same order."""
    return device, tensor.data_ptr(), shape, tuple(tensor.strides), dtype
