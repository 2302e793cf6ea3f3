"""Layers that multiply by a matrix: torch's orders are the canonical ones.

* `Linear`: `weight` (out, in), `bias` (out,).
* `Bilinear`: `weight` (out, in1, in2), `bias` (out,).
"""

from __future__ import annotations

from padiff.kinds import BILINEAR, LINEAR
from padiff.layout import Layout
from padiff_torch.layouts.reparametrised import reparametrisable

__all__ = ["LAYOUTS"]

LAYOUTS = {
    "torch.nn.Linear": reparametrisable(LINEAR, dict),
    "torch.nn.Bilinear": Layout(BILINEAR, dict),
}
