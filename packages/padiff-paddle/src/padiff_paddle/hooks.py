"""Watching layers and tensors of paddle, and handing on others in their place."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

import paddle

from padiff.capture.protocols import After, Before, OnGradient, Raised, Remove
from padiff.protocols import Array
from padiff_paddle.compiling import check_watchable
from padiff_paddle.running import array, remember_alias, remember_failure, same_memory, tensor_on

__all__ = ["alias", "attach", "needs_gradient", "rejoin", "replaced", "watch_gradient", "watchable"]


def attach(module: paddle.nn.Layer, before: Before, after: After, raised: Raised) -> Remove:
    """Call `before`, and `after` or `raised`, around each call of `module`; the result undoes it.

    `before` is the last of the layer's pre hooks and `after` the last of its post hooks, so that
    both see what the layer itself receives and returns at last.

    Raises:
        UsageError: If it is a loaded program.
    """
    check_watchable(module)
    built = module._built  # paddle sets it when a layer with hooks is called, and not without

    handled: list[BaseException | None] = []  # where each call began, for calls may be nested

    def pre(_: Any, args: Any, kwargs: dict[str, Any]) -> tuple[Any, Any] | None:
        handled.append(sys.exc_info()[1])
        return before(args, kwargs)

    def post(_: Any, args: Any, output: Any) -> Any:  # noqa: ARG001 - paddle's signature
        error = sys.exc_info()[1]
        if not handled or error is handled.pop():
            return after(output)
        raised()
        return None

    anything: Any = module  # paddle's annotations know hooks of one tensor only
    removers = ExitStack()
    if type(module)._build_once is paddle.nn.Layer._build_once:
        removers.callback(setattr, module, "_built", built)
    removers.callback(anything.register_forward_pre_hook(pre, with_kwargs=True).remove)
    removers.callback(anything.register_forward_post_hook(post, always_call=True).remove)
    return removers.close


def needs_gradient(tensor: paddle.Tensor) -> bool:
    """Whether a gradient flows to the tensor, and what is computed from it now is recorded.

    paddle says of integers computed from such a tensor that they need one too; none ever comes.
    """
    anything: Any = tensor
    return (
        not tensor.stop_gradient
        and paddle.is_grad_enabled()
        and bool(anything.is_floating_point() or anything.is_complex())
        and bool(anything.is_dense())
    )


def watchable(tensor: paddle.Tensor) -> bool:
    """Whether it is no leaf. Writing a view in place changes nothing for hooks on it."""
    return not tensor.is_leaf


class _Rejoin(paddle.autograd.PyLayer):
    """Lets a tensor's history go through its alias, which holds its memory already."""

    @staticmethod
    def forward(ctx: Any, tensor: Any, written: Any) -> Any:  # noqa: ARG004
        return tensor

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:  # noqa: ARG004
        return None, gradients[0]


class _Replaced(paddle.autograd.PyLayer):
    @staticmethod
    def forward(ctx: Any, tensor: Any, values: Array) -> Any:  # noqa: ARG004
        return tensor_on(values, tensor.place)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:  # noqa: ARG004
        return gradients[0]


_rejoined: Any = _Rejoin.apply
_with_values: Any = _Replaced.apply


_VIEW = "TransposeGradNode"
"""The node of an alias that nothing was written to, or only where no gradient is recorded."""


def alias(tensor: paddle.Tensor) -> paddle.Tensor:
    """The same memory under a new node of the graph, with a count of versions of its own.

    A view alone counts with the original; `_Rejoin`, which counts a write itself, would make what was
    saved for the backward pass look outdated. A PyLayer would not do either: in paddle 3.3.1 the
    second backward pass through one, after one with `retain_graph=True`, ends the process.
    """
    result: Any = tensor.transpose(range(tensor.ndim))
    separate: Any = same_memory(tensor)
    separate._share_underline_tensor_to(result)
    remember_alias(result, tensor)
    shared: paddle.Tensor = result
    return shared


def rejoin(tensor: paddle.Tensor, alias: paddle.Tensor) -> None:
    """Put what was done in place to `alias` into the history of `tensor`, if anything was."""
    written: Any = alias
    if not written.inplace_version:
        return
    if written.stop_gradient or written.grad_fn.name() == _VIEW:
        anything: Any = tensor  # written where nothing was recorded
        anything._bump_inplace_version()
        return
    with paddle.set_grad_enabled(True):
        _rejoined(tensor, alias)


def watch_gradient(tensor: paddle.Tensor, callback: OnGradient) -> None:
    """Call `callback` with the gradient of `tensor`, which is no leaf."""

    def hook(gradient: paddle.Tensor) -> paddle.Tensor | None:
        with remember_failure():
            answer = callback(array(gradient))
            return None if answer is None else tensor_on(answer, gradient.place)

    anything: Any = tensor
    anything.register_hook(hook)


def replaced(tensor: paddle.Tensor, values: Array) -> paddle.Tensor:
    """A tensor with `values`, whose gradient flows on to `tensor`."""
    if not needs_gradient(tensor):
        return tensor_on(values, tensor.place)
    result: paddle.Tensor = _with_values(tensor, values)
    return result
