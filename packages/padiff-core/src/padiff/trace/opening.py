"""Models and traces, taken alike where either will do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from padiff.errors import UsageError
from padiff.model import as_proxy
from padiff.trace.trace import Trace

if TYPE_CHECKING:
    from padiff.model import ProxyModel, Side

__all__ = ["as_model", "live_model"]


def as_model(model: Any, side: Side) -> ProxyModel[Any]:
    """A module, its `ProxyModel`, a `Trace` or the path of one, as a model.

    Raises:
        TraceError: If there is no trace at a path.
        UnknownFrameworkError: If it is nothing of these.
    """
    if isinstance(model, (str, os.PathLike)):
        model = Trace(model)
    return model.model() if isinstance(model, Trace) else as_proxy(model, side)


def live_model(model: Any, side: Side, purpose: str) -> ProxyModel[Any]:
    """A module or its `ProxyModel`, where a trace will not do.

    Raises:
        UsageError: If it is a trace.
    """
    if isinstance(model, (Trace, str, os.PathLike)):
        raise UsageError(
            f"A trace cannot be {purpose}.",
            where=f"the {side} model",
            got=repr(model),
            expected="a live model",
        )
    return as_proxy(model, side)
