"""paddle behind the core's `FrameworkAdapter`."""

from __future__ import annotations

from contextlib import AbstractContextManager

import paddle

from padiff_paddle import compiling, dropout, hooks, precision, preserve, running, watching
from padiff_paddle.handle import PaddleHandle

__all__ = ["PaddleAdapter"]


class PaddleAdapter:
    """What paddle brings to padiff."""

    framework = "paddle"

    @property
    def version(self) -> str:
        """Paddle's version."""
        return str(paddle.version.full_version)

    def owns(self, module: object) -> bool:
        """Whether it is a paddle layer (an instance)."""
        return isinstance(module, paddle.nn.Layer)

    def handle(self, module: paddle.nn.Layer) -> PaddleHandle:
        """The root handle of a model."""
        return PaddleHandle.root(module)

    def no_grad(self) -> AbstractContextManager[object]:
        """`paddle.no_grad()`."""
        context: AbstractContextManager[object] = paddle.no_grad()
        return context

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
