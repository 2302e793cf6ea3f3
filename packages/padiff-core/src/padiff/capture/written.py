"""What is said of a compiled model that runs as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from padiff.capture.protocols import capture_adapter

if TYPE_CHECKING:
    from padiff.model import ProxyModel

__all__ = ["check_watchable", "notes_on_compiled"]

_AS_WRITTEN = "the compiled model ran as it is written, layer by layer"


def notes_on_compiled(model: ProxyModel[Any]) -> tuple[str, ...]:
    """What its reader must know of a run that was watched: the compiled code was not.

    Raises:
        UsageError: If the model cannot run as it is written.
    """
    return (_AS_WRITTEN,) if capture_adapter(model).compiled(model.model) else ()


def check_watchable(model: ProxyModel[Any]) -> None:
    """See that a model can be watched, before it is looked into: a loaded program has no layers to be paired.

    Raises:
        UsageError: If it cannot run as it is written.
    """
    capture_adapter(model).compiled(model.model)
