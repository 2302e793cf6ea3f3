"""Losses that own no tensors."""

from __future__ import annotations

from typing import Any

from padiff.hyperparameters import NOT_APPLICABLE, Setting
from padiff.kinds.plain_losses import ABSOLUTE_ERROR, KL_DIVERGENCE, SMOOTH_L1, SQUARED_ERROR
from padiff.layout import Layout

__all__ = ["LAYOUTS"]


def _is_huber(layer: Any) -> Any:
    """Of no meaning for a threshold of 1, by which dividing changes nothing."""
    return NOT_APPLICABLE if layer.delta == 1 else layer.is_huber


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
                "is_huber",
                _is_huber,
                lambda huber: "not divided" if huber else "divided by it",
                lambda form: form == "not divided",
            ),
        },
    ),
}
