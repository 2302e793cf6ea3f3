"""Dropout, and the Identity that drops nothing."""

from __future__ import annotations

from typing import Any

from padiff.hyperparameters import NOT_APPLICABLE, Setting, fixed
from padiff.kinds.dropout import (
    ALPHA_DROPOUT,
    CHANNEL_DROPOUT,
    DROPOUT,
    FEATURE_ALPHA_DROPOUT,
)
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

_SCALED_IN = {"upscale_in_train": "train", "downscale_in_infer": "eval"}
_MODES = {scaled_in: mode for mode, scaled_in in _SCALED_IN.items()}


def _mode(layer: Any) -> Any:
    """The mode; of no meaning where nothing is dropped."""
    return layer.mode if layer.p else NOT_APPLICABLE


def _axes(axis: Any) -> Any:
    if axis is None:
        return "all"
    return tuple(axis) if isinstance(axis, (list, tuple)) else (axis,)


_P = {"p": Setting("p", "p")}
LAYOUTS = {
    "paddle.nn.Dropout": Layout(
        DROPOUT,
        settings={
            **_P,
            "axes": Setting("axis", "axis", _axes, lambda axes: None if axes == "all" else axes),
            "scaled_in": Setting("mode", _mode, _SCALED_IN.__getitem__, _MODES.__getitem__),
        },
    ),
    "paddle.nn.Identity": Layout(
        DROPOUT, settings={"p": fixed(0.0), "axes": fixed("all"), "scaled_in": fixed("train")}
    ),
    **{f"paddle.nn.Dropout{n}D": Layout(CHANNEL_DROPOUT, settings=_P) for n in (2, 3)},
    "paddle.nn.AlphaDropout": Layout(ALPHA_DROPOUT, settings=_P),
    "paddle.nn.FeatureAlphaDropout": Layout(FEATURE_ALPHA_DROPOUT, settings=_P),
}
