"""What is known of a tensor, for as long as it holds what it held."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from padiff.capture.protocols import CaptureAdapter

__all__ = ["Seen"]

ValueT = TypeVar("ValueT")


class Seen(Generic[ValueT]):
    """Values by tensor. A tensor's aliases count as the tensor; once any is written, it is unknown.

    Args:
        adapter: The tensors' adapter.
    """

    def __init__(self, adapter: CaptureAdapter) -> None:
        self._adapter = adapter
        self._known: dict[Hashable, tuple[Callable[[], Any], ValueT]] = {}

    def get(self, tensor: Any, also: Hashable = None) -> ValueT | None:
        """What was put for the tensor's memory, contents, and `also`; None if nothing was."""
        identity = self._adapter.identity(tensor)
        known = self._known.get((identity, also))
        if known is None:
            return None
        alive, value = known
        # Memory is given to other tensors when its own are gone: one must still have it.
        first = alive()
        same = first is not None and self._adapter.identity(first) == identity
        return value if same else None

    def put(self, tensor: Any, value: ValueT, also: Hashable = None) -> None:
        """Note a value for the tensor as it is now."""
        identity = self._adapter.identity(tensor)
        self._known[identity, also] = self._adapter.keep_alive(tensor), value
