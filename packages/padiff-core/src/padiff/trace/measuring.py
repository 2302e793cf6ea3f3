"""The rounding errors of a recording's steps, as far as the model can run in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padiff.trace.rounding import Rounding, StepFloors

__all__ = ["Measuring"]


class Measuring:
    """Tries what `Rounding` does, and notes what failed: float64 may be more than a model can do.

    Args:
        rounding: Of the model; None if its rounding errors are not to be measured.
    """

    def __init__(self, rounding: Rounding | None) -> None:
        self.notes: list[str] = []
        """Why steps have no rounding errors."""
        self.floors: StepFloors | None = None
        """Of the step under way, once they are known."""
        self._rounding = rounding

    def attempt(self, step: int, act: Callable[[Rounding], None]) -> None:
        """Do something towards the rounding errors of the step of this number."""
        if self._rounding is None:
            return
        try:
            act(self._rounding)
        except Exception as error:  # noqa: BLE001 - the trace says so
            reason = f"{type(error).__name__}: {error}"
            self.notes.append(f"step {step} could not run in float64: {reason}")
            self._rounding.begin()

    def begin(self) -> None:
        """A step begins: forget the last."""
        self.floors = None
        if self._rounding:
            self._rounding.begin()

    def end(self) -> None:
        """Measure no longer, and keep nothing in memory but the notes."""
        self.floors = self._rounding = None
