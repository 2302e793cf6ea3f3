"""What a command has to say, as the status of its process."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Outcome"]


class Outcome(IntEnum):
    """The outcome of a comparison; of several, the greatest is that of the whole."""

    ALIGNED = 0
    NOT_ALIGNED = 1
    NOT_JUDGED = 2
    """Bad input, nothing compared, or something not compared that should have been."""
