"""Running a paddle layer without leaving a trace on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import paddle
from paddle.base import unique_name

from padiff.capture.snapshot import random_state, snapshot, used_by
from padiff.errors import UsageError
from padiff.protocols import Restore
from padiff_paddle.running import is_tensor

__all__ = ["is_owner", "preserved"]


@contextmanager
def preserved(module: paddle.nn.Layer, optimizer: Any | None = None) -> Iterator[None]:
    """A context after which the layer, and with it the optimizer, are as they were before.

    See `padiff.capture.protocols.CaptureAdapter.preserved`. paddle keeps running statistics as
    parameters that need no gradient, so the values of all such parameters are copied. Its counters
    of unique names are put back too: the names of an optimizer's state come from them.

    Raises:
        UsageError: If a parameter has a sparse gradient, which paddle can neither copy nor set.
    """
    used = [] if optimizer is None else used_by(optimizer)
    leaves: list[Any] = []

    def keep(tensor: Any) -> Restore:
        if tensor.is_leaf:
            leaves.append(tensor)
        weight = isinstance(tensor, paddle.base.framework.EagerParamBase)
        values = optimizer is not None or not weight or tensor.stop_gradient
        return _kept(tensor, values=values)

    with ExitStack() as stack:
        for restore in (random_state(), *_random_states(), _grad_mode(), _names()):
            stack.callback(restore)
        stack.callback(snapshot([module, *used], is_tensor, is_owner, keep))
        for leaf in leaves:
            leaf.clear_gradient(False)  # noqa: FBT003 - not to zero
        yield


def is_owner(value: object) -> bool:
    """Whether an object's attributes are part of a model's or an optimizer's state."""
    return isinstance(value, (paddle.nn.Layer, paddle.optimizer.Optimizer))


def _grad_mode() -> Restore:
    enabled = paddle.is_grad_enabled()

    def restore() -> None:
        paddle.set_grad_enabled(enabled)

    return restore


def _names() -> Restore:
    generator = unique_name.generator
    counts = dict(generator.ids)

    def restore() -> None:
        generator.ids.clear()
        generator.ids.update(counts)

    return restore


def _random_states() -> Iterator[Restore]:
    current = paddle.device.get_device().partition(":")[0]
    for device in dict.fromkeys(("cpu", current)):
        yield partial(paddle.set_rng_state, paddle.get_rng_state(device), device)


def _kept(tensor: Any, *, values: bool) -> Restore:
    """Remember a tensor's gradient, whether it needs one, its memory, and its `values`."""
    needs_none = tensor.stop_gradient
    gradient = _kept_gradient(tensor) if tensor.is_leaf else None
    memory = tensor.detach() if tensor._is_initialized() else None
    copy = memory.clone() if values and memory is not None else None

    def restore() -> None:
        if memory is not None:
            _put_back(tensor, memory, copy)
        elif tensor._is_initialized():
            tensor._clear_data()
        if tensor.is_leaf:
            tensor.stop_gradient = needs_none
            tensor.clear_gradient(False)  # noqa: FBT003 - not to zero
            if gradient:
                gradient()

    return restore


def _kept_gradient(tensor: Any) -> Restore | None:
    """Remember the gradient's memory, for paddle takes it from every holder when it is cleared."""
    gradient = tensor.grad
    if gradient is None:
        return None
    if not gradient.is_dense():
        raise UsageError(
            "A parameter has a sparse gradient, which paddle cannot set aside.",
            where=tensor.name,
            hint="Clear the gradients before (optimizer.clear_grad()).",
        )
    memory = gradient.view_as(gradient)

    def restore() -> None:
        tensor.grad = memory
        for holder in (tensor.grad, gradient):
            memory._share_buffer_to(holder)

    return restore


def _put_back(tensor: Any, memory: Any, values: Any | None) -> None:
    with paddle.no_grad():
        if values is not None:
            memory.set_value(values)
        if not tensor._is_initialized() or tensor.data_ptr() != memory.data_ptr():
            tensor.data = memory
