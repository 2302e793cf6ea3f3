"""Watching a run of torch that somebody else makes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import torch

from padiff.capture.protocols import Remove
from padiff.capture.stepping import wrap_methods
from padiff.protocols import Array
from padiff_torch.handle import TorchHandle
from padiff_torch.running import array

__all__ = ["differentiable", "recomputing", "watch_parameters", "watch_step"]

_OPTIMIZERS = torch.optim.Optimizer.profile_hook_step.__code__.co_filename


def recomputing() -> bool:
    """Whether a backward pass is running on this thread; what it calls is activation recomputation."""
    return bool(torch._C._current_graph_task_id() != -1)


def differentiable() -> bool:
    """Whether what the backward pass computes that runs now can be differentiated (`create_graph=True`)."""
    return recomputing() and torch.is_grad_enabled()


def watch_step(optimizer: Any, before: Callable[[], None], after: Callable[[], None]) -> Remove:
    """Call `before` and `after` around each step.

    By torch's own hooks, which also see steps that a GradScaler or a scheduler's wrapper makes; around
    the method `step` of what does not call them: no torch optimizer, or a wrapper that passes for one.
    """
    if not getattr(getattr(type(optimizer), "step", None), "hooked", False):
        return wrap_methods(optimizer, ("step",), before, after)

    def outermost(callback: Callable[[], None]) -> Callable[..., None]:
        def hook(*_: Any) -> None:
            if not _is_nested(optimizer):
                callback()

        return hook

    removers = ExitStack()
    removers.callback(optimizer.register_step_pre_hook(outermost(before)).remove)
    removers.callback(optimizer.register_step_post_hook(outermost(after)).remove)
    return removers.close


def _is_nested(optimizer: torch.optim.Optimizer) -> bool:
    """Whether a class's `step` was called by that of a class below it: torch calls the hooks of both.

    Told from the stack, since torch 2.13.0 calls no hook of a step that raised.
    """
    found = 0
    frame = sys._getframe(1)
    while frame.f_back and found < 2:
        code = frame.f_code
        if code.co_name == "wrapper" and code.co_filename == _OPTIMIZERS:
            found += frame.f_locals.get("args", (None,))[0] is optimizer
        frame = frame.f_back
    return found > 1


def watch_parameters(module: torch.nn.Module, callback: Callable[[str, Array], None]) -> Remove:
    """Call `callback` with every parameter's gradient in each backward pass."""
    removers = ExitStack()
    for tensor, name in _parameters(module).items():
        removers.callback(_watched(tensor, name, callback))
    return removers.close


def _parameters(module: torch.nn.Module) -> dict[torch.Tensor, str]:
    """The leaves that need a gradient, with their first names."""
    found: dict[torch.Tensor, str] = {}
    for name, tensor in TorchHandle.root(module).state()._tensors.items():
        if tensor.requires_grad and tensor.is_leaf:
            found.setdefault(tensor, name)
    return found


def _watched(tensor: torch.Tensor, name: str, callback: Callable[[str, Array], None]) -> Remove:
    before = tensor._backward_hooks
    handle = tensor.register_hook(lambda gradient: callback(name, array(gradient)))  # type: ignore[no-untyped-call]

    def remove() -> None:
        handle.remove()
        if before is None and not tensor._backward_hooks:
            tensor._backward_hooks = None  # as it was before its first hook

    return remove
