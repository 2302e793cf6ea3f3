"""Pooling, and what else changes the size of an image without a weight."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter
from padiff.kind import Kind
from padiff.settings.common import CHANNELS

__all__ = [
    "ADAPTIVE_AVERAGE_POOL",
    "ADAPTIVE_MAX_POOL",
    "AVERAGE_POOL",
    "FLATTEN",
    "MAX_POOL",
    "PIXEL_SHUFFLE",
    "PIXEL_UNSHUFFLE",
    "UPSAMPLE",
]

_WINDOW = (
    Hyperparameter("kernel", "size of the window, one an axis"),
    Hyperparameter("stride", "steps of the window, one an axis"),
    Hyperparameter(
        "padding",
        "elements added before and after each axis; 'same' where that depends on the input",
    ),
    Hyperparameter("ceil_mode", "whether a window that hangs over the end counts"),
    CHANNELS,
)
_INDICES = Hyperparameter("indices", "whether the places of the maxima are returned too")
_OUTPUT_SIZE = Hyperparameter(
    "output_size", "size of the output, one an axis; None keeps the input's"
)
_FACTOR = Hyperparameter("factor", "how many times larger or smaller an axis becomes")

AVERAGE_POOL = Kind(
    "average_pool",
    hyperparameters=(
        *_WINDOW,
        Hyperparameter("counts_padding", "whether padding counts as elements of the mean"),
        Hyperparameter("divisor", "what the sum is divided by, if not the number of elements"),
    ),
    summary="mean over a window",
)
MAX_POOL = Kind(
    "max_pool",
    hyperparameters=(
        *_WINDOW,
        Hyperparameter("dilation", "distance of the window's elements, one an axis"),
        _INDICES,
    ),
    summary="maximum over a window",
)
ADAPTIVE_AVERAGE_POOL = Kind(
    "adaptive_average_pool",
    hyperparameters=(_OUTPUT_SIZE, CHANNELS),
    summary="mean over windows that make an output of a given size",
)
ADAPTIVE_MAX_POOL = Kind(
    "adaptive_max_pool",
    hyperparameters=(_OUTPUT_SIZE, _INDICES),
    summary="maximum over windows that make an output of a given size",
)
UPSAMPLE = Kind(
    "upsample",
    hyperparameters=(
        Hyperparameter("size", "size of the output"),
        Hyperparameter("scale", "how many times larger each axis becomes"),
        Hyperparameter("mode", "how new elements are made of old ones"),
        Hyperparameter("align_corners", "whether the corner elements keep their values"),
        Hyperparameter(
            "half_pixel", "whether coordinates are those of an element's centre, not of its corner"
        ),
        CHANNELS,
    ),
    summary="interpolation to a larger size",
)
PIXEL_SHUFFLE = Kind(
    "pixel_shuffle", hyperparameters=(_FACTOR, CHANNELS), summary="channels moved into space"
)
PIXEL_UNSHUFFLE = Kind(
    "pixel_unshuffle", hyperparameters=(_FACTOR, CHANNELS), summary="space moved into channels"
)
FLATTEN = Kind(
    "flatten",
    hyperparameters=(
        Hyperparameter("start", "the first axis flattened", severity="warning"),
        Hyperparameter("stop", "the last axis flattened", severity="warning"),
    ),
    summary="several axes made one",
)
