"""Losses that own no tensors."""

from __future__ import annotations

from typing import Any

from padiff.hyperparameters import Reading, Setting
from padiff.kinds.plain_losses import ABSOLUTE_ERROR, KL_DIVERGENCE, SMOOTH_L1, SQUARED_ERROR
from padiff.layout import Layout

__all__ = ["LAYOUTS"]


def _is_huber(layer: Any) -> Reading:
    if layer.delta == 1:
        return Reading(layer.is_huber, "either")
    return Reading(layer.is_huber, "not divided" if layer.is_huber else "divided by it")


_REDUCTION = {"reduction": Setting("reduction", "reduction")}
LAYOUTS = {
    "paddle.nn.L1Loss": Layout(ABSOLUTE_ERROR, settings=_REDUCTION),
    "paddle.nn.MSELoss": Layout(SQUARED_ERROR, settings=_REDUCTION),
    "paddle.nn.KLDivLoss": Layout(
        KL_DIVERGENCE, settings={**_REDUCTION, "log_target": Setting("log_target", "log_target")}
    ),
    "paddle.nn.SmoothL1Loss": Layout(
        SMOOTH_L1,
        settings={
            **_REDUCTION,
            "threshold": Setting("delta", "delta"),
            "divided": Setting(
                "is_huber", _is_huber, from_canonical=lambda form: form != "divided by it"
            ),
        },
    ),
}
