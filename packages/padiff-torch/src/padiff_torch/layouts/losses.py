"""Losses that own tensors.

* A weight of classes or elements is the buffer `weight`; `BCEWithLogitsLoss` also has `pos_weight`.
* `AdaptiveLogSoftmaxWithLoss`: `head.weight` (shortlist + clusters, features), `head.bias`, and for
  each cluster `tail.{i}.0.weight` (hidden, features), canonically `tail.{i}.down`, and
  `tail.{i}.1.weight` (words, hidden), canonically `tail.{i}.up`.
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

__all__ = ["LAYOUTS"]

_TAIL = re.compile(r"tail\.(\d+)\.([01])\.weight")
_STAGES = {"0": "down", "1": "up"}


def _canonical_name(name: str) -> str:
    found = _TAIL.fullmatch(name)
    return f"tail.{found[1]}.{_STAGES[found[2]]}" if found else name


def _adaptive(tensors: Tensors) -> dict[str, Array]:
    return {_canonical_name(name): array for name, array in tensors.items()}


_WEIGHTED = {
    "CrossEntropyLoss": CROSS_ENTROPY,
    "NLLLoss": NLL,
    "BCELoss": BCE,
    "BCEWithLogitsLoss": BCE_WITH_LOGITS,
    "MultiLabelSoftMarginLoss": MULTI_LABEL_SOFT_MARGIN,
    "MultiMarginLoss": MULTI_MARGIN,
}
LAYOUTS = {
    **{f"torch.nn.{name}": Layout(kind, dict) for name, kind in _WEIGHTED.items()},
    "torch.nn.AdaptiveLogSoftmaxWithLoss": Layout(ADAPTIVE_LOG_SOFTMAX, _adaptive),
}
