"""Whether a step has one plain backward pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padiff.capture.observer import Call, Place
    from padiff.capture.protocols import RecordAdapter
    from padiff.trace.index import Compound

__all__ = ["Passes"]


class Passes:
    """Looks at the gradients of the step under way.

    Args:
        adapter: The model's adapter.
    """

    def __init__(self, adapter: RecordAdapter) -> None:
        self._adapter = adapter
        self._seen: set[tuple[Call, Place, str]] = set()
        self.compound: Compound = ""
        """As the index holds it."""

    def clear(self) -> None:
        """Begin the next step."""
        self._seen.clear()
        self.compound = ""

    def came(self, call: Call, place: Place, slot: str, *, within: bool) -> None:
        """A gradient came.

        Args:
            call: The call whose input or output it is of.
            place: Which of the two.
            slot: Its place in it.
            within: Whether a call of the model has not returned yet. What a model differentiates itself
                is in its outputs, and gradients of these tell of it.
        """
        if within:
            return
        where = call, place, slot
        if self._adapter.differentiable():
            self.compound = "derivatives"
        elif where in self._seen:
            self.compound = self.compound or "passes"
        self._seen.add(where)
