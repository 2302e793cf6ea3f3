"""Attention, alone and fused with what surrounds it in a Transformer layer."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter
from padiff.settings.common import DROPOUT, EPSILON
from padiff.settings.containers import TRANSFORMER_LAYER

__all__ = ["ATTENTION_BLOCK", "FEED_FORWARD_BLOCK", "MULTI_HEAD_ATTENTION", "RESIDUAL_NORM"]

_NUM_HEADS = Hyperparameter("num_heads", "how many heads share the features")
_BATCH_FIRST = Hyperparameter(
    "batch_first",
    "whether inputs are (batch, time, features), or time comes first",
    inherent="info",
    advice="transpose the first two axes of its inputs and outputs",
)

MULTI_HEAD_ATTENTION = (
    _NUM_HEADS,
    DROPOUT,
    _BATCH_FIRST,
    Hyperparameter("add_zero_attn", "whether a key and a value of zeros are appended"),
    Hyperparameter(
        "bool_mask",
        "what True means in a boolean attention mask",
        severity="info",
        advice="invert boolean masks, or pass float masks, which are added on both sides",
    ),
)

_NORM_FIRST, _ACTIVATION = TRANSFORMER_LAYER
_INNER_DROPOUT = Hyperparameter(
    "inner_dropout",
    "probability of dropping an attention weight, or an output of the activation, in training",
    severity="warning",
)
ATTENTION_BLOCK = (_NUM_HEADS, _NORM_FIRST, DROPOUT, _INNER_DROPOUT, EPSILON)
FEED_FORWARD_BLOCK = (_ACTIVATION, _NORM_FIRST, DROPOUT, _INNER_DROPOUT, EPSILON)
RESIDUAL_NORM = (DROPOUT, EPSILON)
