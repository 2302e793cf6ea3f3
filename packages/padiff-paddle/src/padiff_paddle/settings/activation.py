"""Activations that learn."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff_paddle.settings.common import channels

__all__ = ["CONFIGURATIONS"]

CONFIGURATIONS = {"paddle.nn.PReLU": Configuration({"channels": channels()})}
