"""Layers that multiply by a matrix. paddle's axis 0 of a Linear's weight is canonically axis 1."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff_paddle.settings.reparametrised import reparametrised

__all__ = ["CONFIGURATIONS"]

_IN_OUT = reparametrised(turned=True)
_OUT_IN = reparametrised(turned=False)
CONFIGURATIONS = {
    "paddle.nn.Linear": Configuration(_IN_OUT),
    "paddle.compat.nn.Linear": Configuration(_OUT_IN),
    "paddle.incubate.nn.FusedLinear": Configuration(
        _IN_OUT, variants={"transpose_weight": Configuration(_OUT_IN)}
    ),
}
