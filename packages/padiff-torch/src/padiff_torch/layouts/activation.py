"""Activations that learn. `PReLU`: `weight` (features,), or (1,) for all of them."""

from __future__ import annotations

from padiff.kinds import PRELU
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

LAYOUTS = {"torch.nn.PReLU": Layout(PRELU, dict)}
