"""Activations that learn."""

from __future__ import annotations

from padiff.settings.common import CHANNELS

__all__ = ["PRELU"]

PRELU = (CHANNELS,)
