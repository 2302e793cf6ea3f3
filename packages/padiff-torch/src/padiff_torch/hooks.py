"""Watching modules and tensors of torch, and handing on others in their place."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

import torch
from torch.autograd.grad_mode import _unsafe_preserve_version_counter

from padiff.capture.protocols import After, Before, OnGradient, Raised, Remove
from padiff.protocols import Array
from padiff_torch.compiling import check_watchable
from padiff_torch.running import array, tensor_on

__all__ = ["alias", "attach", "needs_gradient", "rejoin", "replaced", "watch_gradient", "watchable"]


def attach(module: torch.nn.Module, before: Before, after: After, raised: Raised) -> Remove:
    """Call `before`, and `after` or `raised`, around each call of `module`; the result undoes it.

    `before` is the last of the module's pre hooks and `after` the last of its hooks, so that both
    see what the module itself receives and returns at last.

    Raises:
        UsageError: If it was scripted or traced.
    """
    check_watchable(module)
    handled: list[BaseException | None] = []  # where each call began, for calls may be nested

    def pre(_: torch.nn.Module, args: Any, kwargs: dict[str, Any]) -> tuple[Any, Any] | None:
        handled.append(sys.exc_info()[1])
        return before(args, kwargs)

    def post(_: torch.nn.Module, args: Any, output: Any) -> Any:  # noqa: ARG001 - torch's signature
        error = sys.exc_info()[1]
        if not handled or error is handled.pop():
            return after(output)
        raised()
        return None

    removers = ExitStack()
    removers.callback(module.register_forward_pre_hook(pre, with_kwargs=True).remove)
    removers.callback(module.register_forward_hook(post, always_call=True).remove)
    return removers.close


def needs_gradient(tensor: torch.Tensor) -> bool:
    """Whether a gradient flows to the tensor, and what is computed from it now is recorded."""
    return tensor.requires_grad and torch.is_grad_enabled()


def watchable(tensor: torch.Tensor) -> bool:
    """Whether it is neither a leaf nor a view.

    torch moves the history of a view that is written in place to its base; a hook on the view is
    never called then. Many outputs are views: those of a Linear on three dimensions, for one.
    """
    return not (tensor.is_leaf or tensor._is_view())


class _Alias(torch.autograd.Function):
    """Hands on the same memory, counting versions with the original.

    A view (`view_as`) would not do: torch moves the history of a view that is written in place to
    its base, and the view's own node is left out of the backward pass. `detach` is no view to it.
    """

    @staticmethod
    def forward(ctx: Any, tensor: torch.Tensor) -> torch.Tensor:  # noqa: ARG004
        return tensor.detach()

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:  # noqa: ARG004
        return gradients[0]


class _Rejoin(torch.autograd.Function):
    """Lets a tensor's history go through its alias, which holds its memory already."""

    @staticmethod
    def forward(ctx: Any, tensor: torch.Tensor, written: torch.Tensor) -> torch.Tensor:  # noqa: ARG004
        ctx.mark_dirty(tensor)
        return tensor

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:  # noqa: ARG004
        # Zeros, not None: if the tensor is a view, torch takes None for the gradient of its base.
        return torch.zeros_like(gradients[0]), gradients[0]


class _Replaced(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, tensor: torch.Tensor, values: torch.Tensor) -> torch.Tensor:  # noqa: ARG004
        return values.detach()

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:  # noqa: ARG004
        return gradients[0], None


def alias(tensor: torch.Tensor) -> torch.Tensor:
    """The same memory under a new node of the graph."""
    result: torch.Tensor = _Alias.apply(tensor)  # type: ignore[no-untyped-call]
    return result


def rejoin(tensor: torch.Tensor, alias: torch.Tensor) -> None:
    """Put what was done in place to `alias` into the history of `tensor`, if anything was."""
    if _is_alias_node(alias) or not alias.requires_grad:
        return
    # Nothing is written here, and what saved the written values for its backward must not fail.
    with torch.enable_grad(), _unsafe_preserve_version_counter(tensor):
        _Rejoin.apply(tensor, alias)  # type: ignore[no-untyped-call]


def _is_alias_node(alias: torch.Tensor) -> bool:
    return type(alias.grad_fn).__name__ == f"{_Alias.__name__}Backward"


def watch_gradient(tensor: torch.Tensor, callback: OnGradient) -> None:
    """Call `callback` with the gradient of `tensor`, which is no leaf."""

    def hook(gradient: torch.Tensor) -> torch.Tensor | None:
        answer = callback(array(gradient))
        return None if answer is None else tensor_on(answer, gradient.device)

    tensor.register_hook(hook)  # type: ignore[no-untyped-call]


def replaced(tensor: torch.Tensor, values: Array) -> torch.Tensor:
    """A tensor with `values`, whose gradient flows on to `tensor`."""
    result: torch.Tensor = tensor_on(values, tensor.device)
    if needs_gradient(tensor):
        result = _Replaced.apply(tensor, result)  # type: ignore[no-untyped-call]
    return result
