"""Losses that own tensors.

* A weight of classes or elements is the buffer `weight`, which paddle's state dict leaves out; an
  `NLLLoss` calls it `_weight`. `BCEWithLogitsLoss` also has `pos_weight`.
* `AdaptiveLogSoftmaxWithLoss`: `head_weight` (features, shortlist + clusters) is the transpose of
  `head.weight`; for each cluster two parameters stand in a plain list, which paddle's state dict
  leaves out too: `tail_weights.{i}.0` (features, hidden) is the transpose of `tail.{i}.down`, and
  `tail_weights.{i}.1` (hidden, words) that of `tail.{i}.up`.
"""

from __future__ import annotations

import re

from padiff.kinds import (
    ADAPTIVE_LOG_SOFTMAX,
    BCE,
    BCE_WITH_LOGITS,
    CROSS_ENTROPY,
    MULTI_LABEL_SOFT_MARGIN,
    MULTI_MARGIN,
    NLL,
)
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from padiff.views import renamed

__all__ = ["LAYOUTS"]

_TAIL = re.compile(r"tail_weights\.(\d+)\.([01])")
_STAGES = {"0": "down", "1": "up"}


def _canonical_name(name: str) -> str:
    found = _TAIL.fullmatch(name)
    return f"tail.{found[1]}.{_STAGES[found[2]]}" if found else name.replace("head_", "head.")


def _adaptive(tensors: Tensors) -> dict[str, Array]:
    return {
        _canonical_name(name): array if name == "head_bias" else array.T
        for name, array in tensors.items()
    }


_WEIGHTED = {
    "CrossEntropyLoss": CROSS_ENTROPY,
    "BCELoss": BCE,
    "BCEWithLogitsLoss": BCE_WITH_LOGITS,
    "MultiLabelSoftMarginLoss": MULTI_LABEL_SOFT_MARGIN,
    "MultiMarginLoss": MULTI_MARGIN,
}
LAYOUTS = {
    **{f"paddle.nn.{name}": Layout(kind, dict) for name, kind in _WEIGHTED.items()},
    "paddle.nn.NLLLoss": Layout(NLL, renamed({"_weight": "weight"})),
    "paddle.nn.AdaptiveLogSoftmaxWithLoss": Layout(ADAPTIVE_LOG_SOFTMAX, _adaptive),
}
