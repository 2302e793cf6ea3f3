"""Dropout: what it drops, how often, and when it makes up for it."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter
from padiff.kind import Kind

__all__ = ["ALPHA_DROPOUT", "CHANNEL_DROPOUT", "DROPOUT", "FEATURE_ALPHA_DROPOUT"]

_PROBABILITY = Hyperparameter("p", "probability of dropping, in training", severity="warning")

DROPOUT = Kind(
    "dropout",
    hyperparameters=(
        _PROBABILITY,
        Hyperparameter(
            "axes",
            "the axes along which elements are dropped by themselves; the others share one draw",
            severity="warning",
        ),
        Hyperparameter("scaled_in", "whether the rest is scaled up in 'train' or down in 'eval'"),
    ),
    summary="elements set to 0 at random in training; an Identity is one with p=0",
)
CHANNEL_DROPOUT = Kind(
    "channel_dropout", hyperparameters=(_PROBABILITY,), summary="whole channels set to 0 at random"
)
ALPHA_DROPOUT = Kind(
    "alpha_dropout",
    hyperparameters=(_PROBABILITY,),
    summary="elements set to SELU's negative saturation at random",
)
FEATURE_ALPHA_DROPOUT = Kind(
    "feature_alpha_dropout",
    hyperparameters=(_PROBABILITY,),
    summary="whole channels set to SELU's negative saturation at random",
)
