"""Layers that multiply by a matrix."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff_torch.settings.reparametrised import REPARAMETRISED

__all__ = ["CONFIGURATIONS"]

CONFIGURATIONS = {"torch.nn.Linear": Configuration(REPARAMETRISED)}
