"""Modules made of layers: the order of their parts."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff.hyperparameters import Setting
from padiff.settings.containers import activation_name

__all__ = ["CONFIGURATIONS"]

_NORM_FIRST = {"norm_first": Setting("normalize_before", "normalize_before")}
_LAYER = Configuration(
    {
        **_NORM_FIRST,
        "activation": Setting("activation", lambda layer: activation_name(layer.activation)),
    }
)
CONFIGURATIONS = {
    "paddle.nn.TransformerEncoderLayer": _LAYER,
    "paddle.nn.TransformerDecoderLayer": _LAYER,
    "paddle.incubate.nn.FusedTransformerEncoderLayer": Configuration(
        {**_NORM_FIRST, "activation": Setting("activation", "ffn._act_method")}
    ),
}
