"""torch behind the core's `FrameworkAdapter`."""

from __future__ import annotations

from contextlib import AbstractContextManager

import torch

from padiff.protocols import Array
from padiff_torch import compiling, dropout, hooks, precision, preserve, running, watching
from padiff_torch.arrays import copy_view
from padiff_torch.handle import TorchHandle

__all__ = ["TorchAdapter"]


class TorchAdapter:
    """What torch brings to padiff."""

    framework = "torch"

    @property
    def version(self) -> str:
        """Torch's version, with its build (`2.13.0+cpu`)."""
        return str(torch.__version__)

    def owns(self, module: object) -> bool:
        """Whether it is a torch module (an instance)."""
        return isinstance(module, torch.nn.Module)

    def handle(self, module: torch.nn.Module) -> TorchHandle:
        """The root handle of a model."""
        return TorchHandle.root(module)

    def no_grad(self) -> AbstractContextManager[object]:
        """`torch.no_grad()`."""
        return torch.no_grad()

    def copy_view(self, raw: Array, base: Array) -> bool:
        """Copy one NumPy view into another; see `padiff_torch.arrays.copy_view`."""
        return copy_view(raw, base)

    is_tensor = staticmethod(running.is_tensor)
    array = staticmethod(running.array)
    tensor = staticmethod(running.tensor)
    is_leaf = staticmethod(running.is_leaf)
    detached = staticmethod(running.detached)
    identity = staticmethod(running.identity)
    keep_alive = staticmethod(running.keep_alive)
    dot = staticmethod(running.dot)
    backward = staticmethod(running.backward)
    recording = staticmethod(running.recording)
    clear_gradients = staticmethod(running.clear_gradients)
    set_gradients = staticmethod(running.set_gradients)
    step = staticmethod(running.step)
    attach = staticmethod(hooks.attach)
    as_written = staticmethod(compiling.as_written)
    compiled = staticmethod(compiling.compiled)
    needs_gradient = staticmethod(hooks.needs_gradient)
    watchable = staticmethod(hooks.watchable)
    watch_gradient = staticmethod(hooks.watch_gradient)
    alias = staticmethod(hooks.alias)
    rejoin = staticmethod(hooks.rejoin)
    replaced = staticmethod(hooks.replaced)
    preserved = staticmethod(preserve.preserved)
    imprint = staticmethod(preserve.imprint)
    random_state = staticmethod(preserve.random_state)
    widened = staticmethod(precision.widened)
    synced_dropout = staticmethod(dropout.synced_dropout)
    recomputing = staticmethod(watching.recomputing)
    differentiable = staticmethod(watching.differentiable)
    watch_step = staticmethod(watching.watch_step)
    watch_parameters = staticmethod(watching.watch_parameters)
