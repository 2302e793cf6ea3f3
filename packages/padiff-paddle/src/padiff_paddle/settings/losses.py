"""Losses that may own tensors."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff.hyperparameters import Setting

__all__ = ["CONFIGURATIONS", "REDUCTION"]

REDUCTION = Setting("reduction", "reduction")
_REDUCED = Configuration({"reduction": REDUCTION})
CONFIGURATIONS = {
    "paddle.nn.CrossEntropyLoss": Configuration(
        {
            "reduction": REDUCTION,
            "ignore_index": Setting("ignore_index", "ignore_index"),
            "label_smoothing": Setting("label_smoothing", "label_smoothing"),
            "softmax": Setting(
                "use_softmax",
                "use_softmax",
                lambda use: "a softmax first" if use else "no softmax",
                lambda softmax: softmax == "a softmax first",
            ),
        }
    ),
    "paddle.nn.NLLLoss": Configuration(
        {
            "reduction": Setting("reduction", "_reduction"),
            "ignore_index": Setting("ignore_index", "_ignore_index"),
        }
    ),
    "paddle.nn.BCELoss": _REDUCED,
    "paddle.nn.BCEWithLogitsLoss": _REDUCED,
    "paddle.nn.MultiLabelSoftMarginLoss": _REDUCED,
    "paddle.nn.MultiMarginLoss": Configuration(
        {
            "reduction": REDUCTION,
            "power": Setting("p", "p"),
            "margin": Setting("margin", "margin"),
        }
    ),
}
