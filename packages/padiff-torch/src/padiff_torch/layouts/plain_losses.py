"""Losses that own no tensors."""

from __future__ import annotations

from typing import Any

from padiff.hyperparameters import NOT_APPLICABLE, Setting
from padiff.kinds.plain_losses import ABSOLUTE_ERROR, KL_DIVERGENCE, SMOOTH_L1, SQUARED_ERROR
from padiff.layout import Layout

__all__ = ["LAYOUTS"]


def _unless_one(threshold: float, form: str) -> Any:
    """Of no meaning for a threshold of 1, by which dividing changes nothing."""
    return NOT_APPLICABLE if threshold == 1 else form


_REDUCTION = {"reduction": Setting("reduction", "reduction")}
LAYOUTS = {
    "torch.nn.L1Loss": Layout(ABSOLUTE_ERROR, settings=_REDUCTION),
    "torch.nn.MSELoss": Layout(SQUARED_ERROR, settings=_REDUCTION),
    "torch.nn.KLDivLoss": Layout(
        KL_DIVERGENCE, settings={**_REDUCTION, "log_target": Setting("log_target", "log_target")}
    ),
    "torch.nn.SmoothL1Loss": Layout(
        SMOOTH_L1,
        settings={
            **_REDUCTION,
            "threshold": Setting("beta", "beta"),
            "divided": Setting("", lambda m: _unless_one(m.beta, "divided by it")),
        },
    ),
    "torch.nn.HuberLoss": Layout(
        SMOOTH_L1,
        settings={
            **_REDUCTION,
            "threshold": Setting("delta", "delta"),
            "divided": Setting("", lambda m: _unless_one(m.delta, "not divided")),
        },
    ),
}
