"""Losses that may own tensors."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff.hyperparameters import Setting, fixed

__all__ = ["CONFIGURATIONS", "REDUCTION"]

REDUCTION = Setting("reduction", "reduction")
_NLL = {"reduction": REDUCTION, "ignore_index": Setting("ignore_index", "ignore_index")}
_CROSS_ENTROPY = {
    **_NLL,
    "label_smoothing": Setting("label_smoothing", "label_smoothing"),
    "softmax": fixed("a softmax first"),
}
_REDUCED = Configuration({"reduction": REDUCTION})
CONFIGURATIONS = {
    "torch.nn.CrossEntropyLoss": Configuration(_CROSS_ENTROPY),
    "torch.nn.NLLLoss": Configuration(_NLL),
    "torch.nn.BCELoss": _REDUCED,
    "torch.nn.BCEWithLogitsLoss": _REDUCED,
    "torch.nn.MultiLabelSoftMarginLoss": _REDUCED,
    "torch.nn.MultiMarginLoss": Configuration(
        {
            "reduction": REDUCTION,
            "power": Setting("p", "p"),
            "margin": Setting("margin", "margin"),
        }
    ),
}
