"""Models that `torch.compile` or `torch.jit` made of others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from padiff.errors import UsageError
from padiff.lookup import walk
from padiff_torch.handle import TorchHandle

__all__ = ["as_written", "check_watchable", "compiled"]


@contextmanager
def as_written(*, later: bool) -> Iterator[None]:
    """Dynamo's stance `force_eager`, which holds for all threads.

    Without it, hooks put on a compiled model are compiled too. Importing dynamo takes as long as
    importing torch (0.8 s and 70 MB, on 2.13.0), and nothing is compiled before. So it is only done for
    what may be compiled `later`. Making the first optimizer imports it too. Before torch 2.6 there
    is no such stance, and compiled models are refused.
    """
    if hasattr(torch.compiler, "set_stance") and (later or "torch._dynamo" in sys.modules):
        with torch.compiler.set_stance("force_eager"):
            yield
    else:
        yield


def compiled(module: torch.nn.Module) -> bool:
    """Whether it, or a module within, is compiled: by `torch.compile`, itself or its `forward`.

    Raises:
        UsageError: If it is, and this torch cannot run it as it is written; or if it was scripted or traced.
    """
    check_watchable(module)
    parts = (handle.module for handle in walk(TorchHandle.root(module)))
    found = any(map(_is_compiled, (call for part in parts for call in _calls(part))))
    if found and not hasattr(torch.compiler, "set_stance"):
        raise UsageError(
            "A compiled model cannot be watched before torch 2.6.",
            where=type(module).__name__,
            got=f"torch {torch.__version__}",
            hint="pass the module it was made from",
        )
    return found


def _calls(module: torch.nn.Module) -> Iterator[Any]:
    yield module._compiled_call_impl
    yield module.forward


def _is_compiled(call: Any) -> bool:
    """Whether it is what `torch.compile` returned, and not `torch.compiler.disable`."""
    return hasattr(call, "_torchdynamo_orig_callable") and not hasattr(call, "_torchdynamo_disable")


def check_watchable(module: torch.nn.Module) -> None:
    """See that hooks on the module, and on what is within, are called.

    Raises:
        UsageError: If it was scripted or traced: what is within runs without them.
    """
    if isinstance(module, torch.jit.ScriptModule):
        raise UsageError(
            "A scripted or traced module cannot be watched: nothing within calls hooks.",
            where=f"{type(module).__name__} of {module.original_name}",
            hint="pass the module it was made from",
        )
