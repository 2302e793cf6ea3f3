"""Running a paddle layer without leaving a trace on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import paddle
from paddle.base import unique_name

from padiff.capture import randomness
from padiff.capture.randomness import GeneratorState, RandomState
from padiff.capture.small import LOOKED_AT, small_ones
from padiff.capture.snapshot import snapshot, used_by
from padiff.protocols import Restore
from padiff_paddle.arrays import copy_of_rows
from padiff_paddle.running import array, is_tensor
from padiff_paddle.state import is_on_host

__all__ = ["imprint", "is_owner", "preserved", "random_state"]


@contextmanager
def preserved(module: paddle.nn.Layer, optimizer: Any | None = None) -> Iterator[None]:
    """A context after which the layer, and with it the optimizer, are as they were before.

    See `padiff.capture.protocols.CaptureAdapter.preserved`. paddle keeps running statistics as
    parameters that need no gradient, so the values of all such parameters are copied. Its counters
    of unique names are put back too: the names of an optimizer's state come from them. An embedding
    with a `max_norm` writes its weight as it is called.
    """
    used = [] if optimizer is None else used_by(optimizer)
    kept: list[_Kept] = []
    layers: Any = module.sublayers(include_self=True)
    rescaled = {id(sub.weight) for sub in layers if getattr(sub, "_max_norm", None) is not None}
    written = rescaled | small_ones(
        {id(held): _size(held) for held in module.parameters() if _has_memory(held)}
    )

    def keep(tensor: paddle.Tensor) -> Restore:
        weight = isinstance(tensor, paddle.base.framework.EagerParamBase)
        trained = weight and not tensor.stop_gradient
        may_be_written = optimizer is not None or not trained or id(tensor) in written
        kept.append(_Kept(tensor, written=may_be_written))
        return kept[-1].put_back

    with ExitStack() as stack:
        for restore in (random_state().restore, _grad_mode(), _names()):
            stack.callback(restore)
        stack.callback(snapshot([module, *used], is_tensor, is_owner, keep))
        for tensor in kept:
            tensor.set_aside()
        yield


def imprint(module: paddle.nn.Layer) -> dict[str, object]:
    """What tells that a parameter was written; see `padiff.capture.protocols.CaptureAdapter.imprint`."""
    held = module.named_parameters()
    return {name: _imprint(parameter) for name, parameter in held if _has_memory(parameter)}


def _imprint(parameter: Any) -> object:
    step = max(1, parameter.size // LOOKED_AT)
    if is_on_host(parameter):
        few = array(parameter).reshape(-1)[::step]
    else:
        few = array(parameter.detach().reshape([-1])[::step])
    return parameter.data_ptr(), parameter.inplace_version, few.tobytes()


def is_owner(value: object) -> bool:
    """Whether an object's attributes are part of a model's or an optimizer's state."""
    return isinstance(value, (paddle.nn.Layer, paddle.optimizer.Optimizer))


def _grad_mode() -> Restore:
    enabled = paddle.is_grad_enabled()

    def restore() -> None:
        paddle.set_grad_enabled(enabled)

    return restore


def _names() -> Restore:
    counts, used = unique_name.generator.ids, unique_name.dygraph_parameter_name_checker._name_set
    counts_before, used_before = dict(counts), set(used)

    def restore() -> None:
        counts.clear()
        counts.update(counts_before)
        used.intersection_update(used_before)

    return restore


def random_state() -> RandomState:
    """The state of every generator; see `padiff.capture.protocols.CaptureAdapter.random_state`."""
    return randomness.random_state(_generators())


def _generators() -> Iterator[GeneratorState]:
    current = paddle.device.get_device().partition(":")[0]
    for device in dict.fromkeys(("cpu", current)):
        states = paddle.get_rng_state(device)
        yield tuple(map(_words, states)), partial(paddle.set_rng_state, states, device)


def _words(state: Any) -> tuple[str, ...]:
    """What a generator's state holds: device, seed, offset, and the words of its engine."""
    # Two looks at one state are never equal, and their texts differ by the address of the engine.
    return tuple(word for word in str(state).split() if not word.startswith("0x"))


def _has_memory(tensor: Any) -> bool:
    return bool(tensor._is_initialized())


def _size(tensor: Any) -> int:
    return int(tensor.size * tensor.element_size())


class _Kept:
    """A tensor's memory and gradient, and whether it needs one.

    Args:
        tensor: The tensor.
        written: Whether its values may change. If so it is lent a copy of its memory meanwhile: the
            memory itself stays as it is, also for a graph the user holds, which paddle would refuse
            to run backward once it had been written.
    """

    def __init__(self, tensor: Any, *, written: bool) -> None:
        self._tensor = tensor
        self._written = written
        self._needs_none = tensor.stop_gradient
        self._memory = tensor.detach() if _has_memory(tensor) else None
        self._restore_gradient = _gradient_kept(tensor) if tensor.is_leaf else None

    def set_aside(self) -> None:
        """Take the gradient off, and lend the copy."""
        if self._tensor.is_leaf:
            self._tensor.clear_gradient(False)  # noqa: FBT003 - not to zero
        if self._written and self._memory is not None:
            self._tensor.data = self._memory.clone()

    def put_back(self) -> None:
        """Put back what the tensor had."""
        if self._memory is not None:
            self._tensor.data = self._memory
        elif self._tensor._is_initialized():
            self._tensor._clear_data()
        if self._tensor.is_leaf:
            self._tensor.stop_gradient = self._needs_none
            self._tensor.clear_gradient(False)  # noqa: FBT003 - not to zero
        if self._restore_gradient:
            self._restore_gradient()


def _gradient_kept(tensor: Any) -> Restore | None:
    """Remember the gradient's memory, for paddle takes it from every holder when it is cleared.

    A sparse one is made anew: it cannot be given back to others who hold it.
    """
    gradient = tensor.grad
    if gradient is None:
        return None
    if gradient.is_selected_rows():
        copy = copy_of_rows(gradient)

        def put_anew() -> None:
            tensor.grad = copy()

        return put_anew
    memory = gradient.view_as(gradient)

    def restore() -> None:
        tensor.grad = memory
        for holder in (tensor.grad, gradient):
            memory._share_buffer_to(holder)

    return restore
