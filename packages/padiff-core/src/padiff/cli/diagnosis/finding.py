"""One thing `padiff doctor` has to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Finding", "State"]

State: TypeAlias = Literal["ok", "note", "wrong"]
"""As it should be; worth knowing; or something padiff cannot work with."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table."""

    subject: str
    found: str
    state: State = "ok"
    remark: str = ""
    """What follows from it, and what to do."""
