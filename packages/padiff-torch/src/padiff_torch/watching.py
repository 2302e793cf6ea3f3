"""Watching a run of torch that somebody else makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from padiff.capture.protocols import Remove
from padiff.capture.stepping import wrap_methods

__all__ = ["recomputing", "watch_step"]


def recomputing() -> bool:
    """Whether a backward pass is running on this thread; what it calls is activation recomputation."""
    return bool(torch._C._current_graph_task_id() != -1)


def watch_step(optimizer: Any, before: Callable[[], None], after: Callable[[], None]) -> Remove:
    """Call `before` and `after` around each step.

    By torch's own hooks, which also see steps that a GradScaler or a scheduler's wrapper makes; around
    the method `step` of what is no torch optimizer.
    """
    if not isinstance(optimizer, torch.optim.Optimizer):
        return wrap_methods(optimizer, ("step",), before, after)
    handles = (
        optimizer.register_step_pre_hook(lambda *_: before()),
        optimizer.register_step_post_hook(lambda *_: after()),
    )

    def remove() -> None:
        for handle in handles:
            handle.remove()

    return remove
