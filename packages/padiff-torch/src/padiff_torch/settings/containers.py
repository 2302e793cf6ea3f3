"""Modules made of layers: the order of their parts, and what no part of theirs keeps."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff.hyperparameters import Setting
from padiff.settings.containers import activation_name

__all__ = ["CONFIGURATIONS"]

_LAYER = Configuration(
    {
        "norm_first": Setting("norm_first", "norm_first"),
        "activation": Setting("activation", lambda m: activation_name(m.activation)),
    }
)
CONFIGURATIONS = {
    "torch.nn.TransformerEncoderLayer": _LAYER,
    "torch.nn.TransformerDecoderLayer": _LAYER,
    "torch.nn.LinearCrossEntropyLoss": Configuration(
        {
            "reduction": Setting("reduction", "reduction"),
            "ignore_index": Setting("ignore_index", "ignore_index"),
            "label_smoothing": Setting("label_smoothing", "label_smoothing"),
        }
    ),
}
