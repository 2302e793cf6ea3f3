"""Watching a run of paddle that somebody else makes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

import paddle

from padiff.capture.protocols import Remove
from padiff.capture.stepping import wrap_methods
from padiff.protocols import Array
from padiff_paddle.handle import PaddleHandle
from padiff_paddle.running import array, remember_failure

__all__ = ["differentiable", "recomputing", "watch_parameters", "watch_step"]

_PADDLE = f"{Path(str(paddle.__file__)).parent}{os.sep}"
_BACKWARD = frozenset({"backward", "grad"})
"""The functions of paddle's from which a backward pass runs (`Tensor.backward`, `paddle.grad`, ...)."""


def recomputing() -> bool:
    """Whether a backward pass is running on this thread; what it calls is activation recomputation.

    paddle 3.3.1 does not say so itself, but whoever started the pass stands on the stack.
    """
    return _started_by() is not None


def differentiable() -> bool:
    """Whether what the backward pass computes that runs now can be differentiated (`create_graph=True`)."""
    frame = _started_by()
    return frame is not None and bool(frame.f_locals.get("create_graph"))


def _started_by() -> FrameType | None:
    """The function of paddle's that a backward pass on this thread was started by."""
    frame = sys._getframe(1)
    while frame.f_back:
        code = frame.f_code
        if code.co_name in _BACKWARD and code.co_filename.startswith(_PADDLE):
            return frame
        frame = frame.f_back
    return None


def watch_step(optimizer: Any, before: Callable[[], None], after: Callable[[], None]) -> Remove:
    """Call `before` and `after` around each step, also one that `minimize` makes."""
    return wrap_methods(optimizer, ("step", "minimize"), before, after)


def watch_parameters(module: paddle.nn.Layer, callback: Callable[[str, Array], None]) -> Remove:
    """Call `callback` with every parameter's gradient in each backward pass."""
    removers = ExitStack()
    for tensor, name in _parameters(module).items():
        removers.callback(_watched(tensor, name, callback))
    return removers.close


def _parameters(module: paddle.nn.Layer) -> dict[paddle.Tensor, str]:
    """The leaves that need a gradient, with their first names."""
    found: dict[paddle.Tensor, str] = {}
    for name, tensor in PaddleHandle.root(module).state()._tensors.items():
        if tensor.is_leaf and not tensor.stop_gradient:
            found.setdefault(tensor, name)
    return found


def _watched(tensor: Any, name: str, callback: Callable[[str, Array], None]) -> Remove:
    def hook(gradient: paddle.Tensor) -> None:
        with remember_failure():
            callback(name, array(gradient))

    remove: Remove = tensor.register_hook(hook).remove
    return remove
