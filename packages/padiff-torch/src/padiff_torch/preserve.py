"""Running a torch module without leaving a trace on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.autograd.grad_mode import _unsafe_preserve_version_counter

from padiff.capture import randomness
from padiff.capture.randomness import GeneratorState, RandomState
from padiff.capture.small import LOOKED_AT, small_ones
from padiff.capture.snapshot import snapshot, used_by
from padiff.protocols import Restore
from padiff_torch.running import is_tensor

__all__ = ["imprint", "is_owner", "preserved", "random_state"]


@contextmanager
def preserved(module: torch.nn.Module, optimizer: Any | None = None) -> Iterator[None]:
    """A context after which the module, and with it the optimizer, are as they were before.

    See `padiff.capture.protocols.CaptureAdapter.preserved`. The module's own lists of what it
    has are asked too, for a scripted module keeps it out of Python's sight. An embedding with a
    `max_norm` writes its weight as it is called. Frozen parameters are written as the module trains, as
    moving averages of others; in evaluation mode they are not copied, for they may be all it has.
    """
    used = [] if optimizer is None else used_by(optimizer)
    own = (list(module.modules()), list(module.parameters()), list(module.buffers()))
    roots = [module, *own, *used]
    leaves: list[torch.Tensor] = []
    rescaled = {
        id(layer.weight)
        for layer in module.modules()
        if getattr(layer, "max_norm", None) is not None
    }
    written = rescaled | small_ones(
        {id(held): _size(held) for held in module.parameters() if _has_memory(held)}
    )

    def keep(tensor: torch.Tensor) -> Restore:
        if tensor.is_leaf:
            leaves.append(tensor)
        is_parameter = isinstance(tensor, torch.nn.Parameter)
        still = is_parameter and (tensor.requires_grad or not module.training)
        return _kept(tensor, values=optimizer is not None or not still or id(tensor) in written)

    with ExitStack() as stack:
        for restore in (random_state().restore, _grad_mode()):
            stack.callback(restore)
        stack.callback(snapshot(roots, is_tensor, is_owner, keep))
        for leaf in leaves:
            leaf.grad = None
        yield


def imprint(module: torch.nn.Module) -> dict[str, object]:
    """What tells that a parameter was written; see `padiff.capture.protocols.CaptureAdapter.imprint`."""
    held = module.named_parameters()
    return {name: _imprint(parameter) for name, parameter in held if _has_memory(parameter)}


def _imprint(parameter: torch.nn.Parameter) -> object:
    version = None if parameter.is_inference() else parameter._version
    if parameter.layout is not torch.strided or parameter.is_quantized:
        return version
    flat = parameter.detach().reshape(-1)
    few = flat[:: max(1, flat.numel() // LOOKED_AT)]
    return parameter.data_ptr(), version, few.cpu().contiguous().view(torch.uint8).numpy().tobytes()


def is_owner(value: object) -> bool:
    """Whether an object's attributes are part of a model's or an optimizer's state."""
    return isinstance(value, (torch.nn.Module, torch.optim.Optimizer))


def _grad_mode() -> Restore:
    enabled = torch.is_grad_enabled()

    def restore() -> None:
        torch.set_grad_enabled(enabled)

    return restore


def random_state() -> RandomState:
    """The state of every generator; see `padiff.capture.protocols.CaptureAdapter.random_state`."""
    return randomness.random_state(_generators())


def _generators() -> Iterator[GeneratorState]:
    cpu = torch.get_rng_state()
    yield _bytes(cpu), lambda: torch.set_rng_state(cpu)
    if torch.cuda.is_available() and torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        cuda = torch.cuda.get_rng_state_all()
        yield tuple(map(_bytes, cuda)), lambda: torch.cuda.set_rng_state_all(cuda)
    if torch.backends.mps.is_available():
        mps = torch.mps.get_rng_state()
        yield _bytes(mps), lambda: torch.mps.set_rng_state(mps)


def _bytes(state: torch.Tensor) -> bytes:
    return state.cpu().numpy().tobytes()


def _kept(tensor: torch.Tensor, *, values: bool) -> Restore:
    """Remember a tensor's gradient, whether it needs one, its memory, and its `values`."""
    gradient, needs = tensor.grad if tensor.is_leaf else None, tensor.requires_grad
    memory = tensor.detach() if _has_memory(tensor) else None
    kept = _values_kept(memory) if values and memory is not None else None

    def restore() -> None:
        if kept:
            kept()
        if memory is not None and not _has(tensor, memory):
            tensor.data = memory
        if tensor.is_leaf:
            tensor.requires_grad_(needs)
            tensor.grad = gradient

    return restore


def _has_memory(tensor: torch.Tensor) -> bool:
    return not (tensor.is_meta or torch.nn.parameter.is_lazy(tensor))


def _size(tensor: torch.Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _values_kept(memory: torch.Tensor) -> Restore:
    """Remember the values, and how often they were written: a graph the user holds asks for both."""
    values = memory.clone()
    version = None if memory.is_inference() else _unsafe_preserve_version_counter(memory)

    def restore() -> None:
        if not _same_bits(memory, values):
            with torch.no_grad():
                memory.copy_(values)
        if version:
            version.__exit__()

    return restore


def _has(tensor: torch.Tensor, memory: torch.Tensor) -> bool:
    return tensor.layout is torch.strided and tensor.data_ptr() == memory.data_ptr()


def _same_bits(memory: torch.Tensor, values: torch.Tensor) -> bool:
    if memory.layout is not torch.strided or memory.is_quantized:
        return False
    if memory.dtype.itemsize == 1:  # float8 cannot be compared
        return torch.equal(memory.view(torch.uint8), values.view(torch.uint8))
    return torch.equal(memory, values)
