"""Convolutions, transposed ones among them."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter
from padiff.settings.common import CHANNELS
from padiff.settings.reparametrisation import REPARAMETRISED

__all__ = ["CONV", "CONV_TRANSPOSE", "SUBMANIFOLD_CONV"]

_SHARED = (
    Hyperparameter("stride", "steps of the window, one an axis"),
    Hyperparameter(
        "padding",
        "elements added before and after each axis; 'same' where that depends on the input",
    ),
    Hyperparameter("dilation", "distance of the kernel's elements, one an axis"),
    Hyperparameter("groups", "how many parts the channels are split in"),
    CHANNELS,
)
_PADDING_MODE = Hyperparameter(
    "padding_mode", "what padding holds: zeros, reflect, replicate or circular"
)

CONV = (*_SHARED, _PADDING_MODE, *REPARAMETRISED)
SUBMANIFOLD_CONV = (*_SHARED, _PADDING_MODE)
CONV_TRANSPOSE = (
    *_SHARED,
    *REPARAMETRISED,
    Hyperparameter("output_padding", "elements added to one end of each axis of the output"),
)
