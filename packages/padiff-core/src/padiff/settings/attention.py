"""Attention and the Transformer family."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter
from padiff.settings.common import DROPOUT

__all__ = ["BATCH_FIRST", "MULTI_HEAD_ATTENTION"]

BATCH_FIRST = Hyperparameter(
    "batch_first",
    "whether inputs are (batch, time, features), or time comes first",
    inherent="info",
    advice="transpose the first two axes of its inputs and outputs",
)

MULTI_HEAD_ATTENTION = (
    Hyperparameter("num_heads", "how many heads share the features"),
    DROPOUT,
    BATCH_FIRST,
    Hyperparameter("add_zero_attn", "whether a key and a value of zeros are appended"),
    Hyperparameter(
        "bool_mask",
        "what True means in a boolean attention mask",
        severity="info",
        advice="invert boolean masks, or pass float masks, which are added on both sides",
    ),
)
