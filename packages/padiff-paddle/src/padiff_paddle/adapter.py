"""paddle behind the core's `FrameworkAdapter`."""

from __future__ import annotations

from contextlib import AbstractContextManager

import paddle

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
