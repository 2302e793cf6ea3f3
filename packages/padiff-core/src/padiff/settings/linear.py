"""Linear layers: nothing but what computes their weight."""

from __future__ import annotations

from padiff.settings.reparametrisation import REPARAMETRISED

__all__ = ["LINEAR"]

LINEAR = REPARAMETRISED
