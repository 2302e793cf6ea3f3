"""Running paddle models: tensors in and out, losses, backward passes and optimizer steps."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np
import paddle

from padiff.capture.protocols import Identity
from padiff.errors import UsageError
from padiff.protocols import Array
from padiff_paddle.arrays import as_tensor, dense_rows, host_view, set_dense_rows, staged_copy
from padiff_paddle.dtypes import NUMPY_OF, numpy_dtype
from padiff_paddle.handle import PaddleHandle
from padiff_paddle.state import is_on_host

__all__ = [
    "array",
    "backward",
    "clear_gradients",
    "detached",
    "dot",
    "identity",
    "is_leaf",
    "is_tensor",
    "keep_alive",
    "recording",
    "remember_alias",
    "remember_failure",
    "same_memory",
    "set_gradients",
    "step",
    "tensor",
    "tensor_on",
]

_PADDLE_OF = {numpy: native for native, numpy in NUMPY_OF.items()}


def is_tensor(value: object) -> bool:
    """Whether `value` is a paddle tensor."""
    return isinstance(value, paddle.Tensor)


def array(tensor: paddle.Tensor) -> Array:
    """The values, read-only: a view of host memory, a copy from elsewhere or of a sparse tensor."""
    plain: Any = tensor.detach()
    if numpy_dtype(plain.dtype) is None:
        raise UsageError(
            "A tensor has no values NumPy can hold.",
            got=f"{plain.dtype} on {plain.place}",
            expected="a dtype with a counterpart in NumPy or ml_dtypes",
        )
    if plain.is_selected_rows():
        values = dense_rows(plain)
    else:
        plain = plain if plain.is_dense() else plain.to_dense()
        values = host_view(plain) if is_on_host(plain) else staged_copy(plain)
    values.flags.writeable = False
    return values


def tensor(array: Array, module: paddle.nn.Layer, *, leaf: bool = False) -> paddle.Tensor:
    """A new tensor with the values and dtype of `array`, where the layer's tensors are."""
    used = (held.place for held in _tensors(module).values() if held._is_initialized())
    framework: Any = paddle.framework
    made = tensor_on(array, next(used, framework._current_expected_place()))
    made.stop_gradient = not leaf
    return made


def is_leaf(tensor: paddle.Tensor) -> bool:
    """Whether it is a leaf that needs a gradient."""
    return tensor.is_leaf and not tensor.stop_gradient


def tensor_on(array: Array, place: Any) -> paddle.Tensor:
    """A new tensor with the values and dtype of `array` at a place."""
    dtype = _PADDLE_OF.get(array.dtype)
    if dtype is None:
        raise UsageError("paddle has no counterpart of a NumPy dtype.", got=str(array.dtype))
    made: Any = as_tensor(np.array(array, order="C"), dtype)
    if place.is_cpu_place():
        result: paddle.Tensor = made
    else:
        result = made._copy_to(place, True)  # noqa: FBT003 - waits for the copy
    return result


def detached(tensor: paddle.Tensor) -> paddle.Tensor:
    """A copy outside any graph, itself a leaf that needs a gradient if `tensor` is one."""
    copy = tensor.detach().clone()
    copy.stop_gradient = not is_leaf(tensor)
    return copy


def same_memory(tensor: paddle.Tensor) -> paddle.Tensor:
    """A tensor of the same memory, shape and strides, with a count of versions of its own.

    Not by DLPack: a paddle tensor taken from a paddle tensor taken from DLPack hangs when it is freed.
    """
    result: Any = paddle.Tensor()
    source: Any = tensor.detach()
    result.value().get_tensor()._share_data_with(source.value().get_tensor())
    shared: paddle.Tensor = result
    return shared


_aliases: dict[int, tuple[Callable[[], Any], Identity]] = {}


def remember_alias(alias: paddle.Tensor, tensor: paddle.Tensor) -> None:
    """Note what contents an alias starts with, for its versions do not count with the tensor's."""
    key = id(alias)
    _aliases[key] = (weakref.ref(alias, lambda _: _aliases.pop(key, None)), _version(tensor))


def _version(tensor: Any) -> Identity:
    """The tensor's count of versions; an unwritten alias has its original's."""
    alive, version = _aliases.get(id(tensor), (None, None))
    if alive is None or alive() is not tensor:
        return int(tensor.inplace_version)
    return version if not tensor.inplace_version else (id(tensor), tensor.inplace_version)


def identity(tensor: paddle.Tensor) -> Identity:
    """Memory and version: the same for the views and aliases of one tensor that see all of it."""
    anything: Any = tensor
    if not anything.is_dense() or not anything._is_initialized():
        return object()  # no one memory: never the same twice
    where = (str(tensor.place), tensor.data_ptr(), tuple(tensor.shape), tuple(anything.strides))
    return (*where, tensor.dtype, _version(tensor))


def keep_alive(tensor: paddle.Tensor) -> Callable[[], paddle.Tensor | None]:
    """A weak reference."""
    return weakref.ref(tensor)


def dot(tensors: Sequence[paddle.Tensor], weights: Sequence[Array | None]) -> paddle.Tensor | None:
    """The sum of all tensors times their weights, in float32 or wider."""
    with paddle.amp.auto_cast(enable=False):
        terms = [
            _weighted(tensor, weight)
            for tensor, weight in zip(tensors, weights, strict=True)
            if not tensor.stop_gradient
        ]
        if not terms:
            return None
        total: paddle.Tensor = terms[0]
        for term in terms[1:]:
            total = total + term
        return total


def _weighted(tensor: Any, weight: Array | None) -> Any:
    real = paddle.as_real(tensor) if tensor.is_complex() else tensor
    wide = real if real.dtype == paddle.float64 else real.astype("float32")
    if weight is None:
        return wide.sum() / max(tensor.size, 1)
    given: Any = tensor_on(weight, tensor.place)
    if given.is_complex():
        given = paddle.as_real(given)
    return (wide * given.astype(wide.dtype)).sum()


_failures: list[BaseException] = []


@contextmanager
def remember_failure() -> Iterator[None]:
    """Around a hook: paddle turns what is raised there into an OSError; `backward` turns it back."""
    try:
        yield
    except BaseException as error:
        _failures.append(error)
        raise


def backward(loss: paddle.Tensor) -> None:
    """Run the backward pass; what a hook raised is raised as it is."""
    _failures.clear()
    try:
        loss.backward()
    except Exception:
        if _failures:
            raise _failures.pop() from None
        raise


def step(optimizer: Any) -> None:
    """`optimizer.step()`; a callable is called instead."""
    if hasattr(optimizer, "step"):
        optimizer.step()
    else:
        optimizer()


def recording(enabled: bool) -> AbstractContextManager[object]:  # noqa: FBT001
    """`paddle.set_grad_enabled`."""
    context: AbstractContextManager[object] = paddle.set_grad_enabled(enabled)
    return context


def _tensors(module: paddle.nn.Layer) -> dict[str, Any]:
    return PaddleHandle.root(module).state()._tensors


def clear_gradients(module: paddle.nn.Layer) -> None:
    """Set every gradient to None."""
    for tensor in _tensors(module).values():
        if tensor.is_leaf:
            tensor.clear_gradient(False)  # noqa: FBT003 - not to zero


def set_gradients(module: paddle.nn.Layer, gradients: Mapping[str, Array]) -> None:
    """Overwrite gradients in place, by state name.

    Raises:
        UsageError: If a tensor of that name has no gradient; nothing was written.
    """
    tensors = _tensors(module)
    found = {name: tensors[name].grad if name in tensors else None for name in gradients}
    if missing := [name for name, grad in found.items() if grad is None]:
        raise UsageError("A gradient that is not there cannot be set.", where=", ".join(missing))
    for name, grad in found.items():
        if grad is None:
            continue
        if grad.is_selected_rows():
            set_dense_rows(grad, gradients[name])
        else:
            grad.set_value(tensor_on(gradients[name], grad.place))
