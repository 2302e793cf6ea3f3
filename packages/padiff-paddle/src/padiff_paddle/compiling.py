"""Layers that `paddle.jit` made of others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import paddle
from paddle.jit.dy2static.program_translator import ProgramTranslator, StaticFunction
from paddle.jit.pir_translated_layer import PirTranslatedLayer

from padiff.errors import UsageError
from padiff.lookup import walk
from padiff_paddle.handle import PaddleHandle

__all__ = ["as_written", "check_watchable", "compiled"]


@contextmanager
def as_written(*, later: bool) -> Iterator[None]:  # noqa: ARG001 - paddle's switch is there from the start
    """A context in which `to_static` is switched off, in all threads.

    Both ways of it look at the switch in each call: that which traces bytecode (SOT), the default, and
    that which rewrites the source (`full_graph=True`). What is marked `not_to_static` runs as ever.
    """
    enabled = ProgramTranslator.get_instance().enable_to_static
    paddle.jit.enable_to_static(enable_to_static_bool=False)
    try:
        yield
    finally:
        paddle.jit.enable_to_static(enabled)


def compiled(module: paddle.nn.Layer) -> bool:
    """Whether the `forward` of it, or of a layer within, is a `to_static` one.

    Raises:
        UsageError: If it is a program that was loaded.
    """
    check_watchable(module)
    parts = (handle.module for handle in walk(PaddleHandle.root(module)))
    return any(isinstance(layer.forward, StaticFunction) for layer in parts)


def check_watchable(module: paddle.nn.Layer) -> None:
    """See that hooks on the layer, and on what is within, are called.

    Raises:
        UsageError: If it is a program that was loaded: there are no layers within.
    """
    if isinstance(module, (PirTranslatedLayer, paddle.jit.TranslatedLayer)):
        raise UsageError(
            "A loaded program cannot be watched: it has no layers within.",
            where=type(module).__name__,
            hint="pass the layer it was saved from",
        )
