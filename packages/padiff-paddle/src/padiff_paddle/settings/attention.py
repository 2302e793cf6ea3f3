"""Attention. paddle's own is batch first; in its boolean masks True is where to look.

`paddle.compat.nn.MultiheadAttention` does as torch does.
"""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff.hyperparameters import Setting, fixed
from padiff_paddle.settings.common import DROPOUT, EPSILON

__all__ = ["CONFIGURATIONS"]

_NUM_HEADS = Setting("num_heads", "num_heads")
_SHARED = {"num_heads": _NUM_HEADS, "dropout": DROPOUT}
_DROPOUT_RATE = Setting("dropout_rate", "dropout_rate")
CONFIGURATIONS = {
    "paddle.nn.MultiHeadAttention": Configuration(
        {
            **_SHARED,
            "batch_first": fixed(value=True, words="always batch first"),
            "add_zero_attn": fixed(value=False, words="no zeros appended"),
            "bool_mask": fixed("kept", "keeps where True"),
        }
    ),
    "paddle.compat.nn.MultiheadAttention": Configuration(
        {
            **_SHARED,
            "batch_first": Setting("batch_first", "batch_first"),
            "add_zero_attn": Setting("add_zero_attn", "add_zero_attn"),
            "bool_mask": fixed("masked", "masks out where True"),
        }
    ),
    "paddle.incubate.nn.FusedMultiHeadAttention": Configuration(
        {
            "num_heads": _NUM_HEADS,
            "norm_first": Setting("normalize_before", "normalize_before"),
            "dropout": _DROPOUT_RATE,
            "inner_dropout": Setting("attn_dropout_rate", "attn_dropout_rate"),
            "epsilon": EPSILON,
        }
    ),
    "paddle.incubate.nn.FusedFeedForward": Configuration(
        {
            "activation": Setting("activation", "_act_method"),
            "norm_first": Setting("normalize_before", "_normalize_before"),
            "dropout": Setting("dropout_rate", "_dropout_rate"),
            "inner_dropout": Setting("act_dropout_rate", "_act_dropout_rate"),
            "epsilon": EPSILON,
        }
    ),
    "paddle.incubate.nn.FusedBiasDropoutResidualLayerNorm": Configuration(
        {"dropout": _DROPOUT_RATE, "epsilon": EPSILON}
    ),
}
