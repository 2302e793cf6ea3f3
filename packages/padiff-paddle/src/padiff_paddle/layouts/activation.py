"""Activations that learn. `PReLU`: `_weight` (features,), or (1,) for all of them."""

from __future__ import annotations

from padiff.kinds import PRELU
from padiff.layout import Layout
from padiff.views import renamed

__all__ = ["LAYOUTS"]

LAYOUTS = {"paddle.nn.PReLU": Layout(PRELU, renamed({"_weight": "weight"}))}
