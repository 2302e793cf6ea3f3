"""Activations that learn."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff_torch.settings.common import CHANNELS_FIRST

__all__ = ["CONFIGURATIONS"]

CONFIGURATIONS = {"torch.nn.PReLU": Configuration({"channels": CHANNELS_FIRST})}
