"""Dropout, and the Identity that drops nothing."""

from __future__ import annotations

from padiff.hyperparameters import Setting, fixed
from padiff.kinds.dropout import (
    ALPHA_DROPOUT,
    CHANNEL_DROPOUT,
    DROPOUT,
    FEATURE_ALPHA_DROPOUT,
)
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

_P = {"p": Setting("p", "p")}
_ELEMENTS = {"axes": fixed("all"), "scaled_in": fixed("train")}
LAYOUTS = {
    "torch.nn.Dropout": Layout(DROPOUT, settings={**_P, **_ELEMENTS}),
    "torch.nn.Identity": Layout(DROPOUT, settings={"p": fixed(0.0), **_ELEMENTS}),
    **{f"torch.nn.Dropout{n}d": Layout(CHANNEL_DROPOUT, settings=_P) for n in (1, 2, 3)},
    "torch.nn.AlphaDropout": Layout(ALPHA_DROPOUT, settings=_P),
    "torch.nn.FeatureAlphaDropout": Layout(FEATURE_ALPHA_DROPOUT, settings=_P),
}
