"""Settings that several families share."""

from __future__ import annotations

from padiff.hyperparameters import Setting, fixed

__all__ = ["CHANNELS_LAST", "DROPOUT", "EPSILON", "channels"]

EPSILON = Setting("epsilon", "_epsilon")
DROPOUT = Setting("dropout", "dropout")
CHANNELS_LAST = fixed("last", "channels last")
_FORMATS = {
    1: {"first": "NCL", "last": "NLC"},
    2: {"first": "NCHW", "last": "NHWC"},
    3: {"first": "NCDHW", "last": "NDHWC"},
}


def channels(
    axes: int = 2, attribute: str = "_data_format", argument: str = "data_format"
) -> Setting:
    """The setting of a class that takes a data format, for inputs of this many spatial axes."""
    formats = _FORMATS[axes]
    return Setting(argument, attribute, _order, lambda order: formats[order])


def _order(data_format: str) -> str:
    return "last" if data_format.endswith("C") and len(data_format) > 2 else "first"
