"""The built-in kinds, each declared once, one module a family.

Shapes are symbolic (`padiff.shapes`), in the canonical order every layout agrees on: a weight
matrix is (out, in), a convolution (out, in/groups, *kernel), a transposed convolution (in,
out/groups, *kernel), and the gates of a recurrent layer are stacked along the first axis.
"""

from __future__ import annotations

from padiff.kinds.activation import PRELU
from padiff.kinds.attention import (
    ATTENTION_BLOCK,
    FEED_FORWARD_BLOCK,
    MULTI_HEAD_ATTENTION,
    RESIDUAL_NORM,
)
from padiff.kinds.containers import (
    LINEAR_CROSS_ENTROPY,
    TRANSFORMER,
    TRANSFORMER_DECODER,
    TRANSFORMER_DECODER_LAYER,
    TRANSFORMER_ENCODER,
    TRANSFORMER_ENCODER_LAYER,
    WRAPPER,
)
from padiff.kinds.convolution import CONV, CONV_TRANSPOSE, SUBMANIFOLD_CONV
from padiff.kinds.embedding import EMBEDDING
from padiff.kinds.linear import BILINEAR, LINEAR
from padiff.kinds.losses import (
    ADAPTIVE_LOG_SOFTMAX,
    BCE,
    BCE_WITH_LOGITS,
    CROSS_ENTROPY,
    MULTI_LABEL_SOFT_MARGIN,
    MULTI_MARGIN,
    NLL,
)
from padiff.kinds.normalization import (
    BATCH_NORM,
    GROUP_NORM,
    INSTANCE_NORM,
    LAYER_NORM,
    RMS_NORM,
)
from padiff.kinds.recurrent import GRU, LSTM, RNN
from padiff.kinds.reparametrisation import SPECTRAL_NORM

__all__ = [
    "ADAPTIVE_LOG_SOFTMAX",
    "ATTENTION_BLOCK",
    "BATCH_NORM",
    "BCE",
    "BCE_WITH_LOGITS",
    "BILINEAR",
    "CONV",
    "CONV_TRANSPOSE",
    "CROSS_ENTROPY",
    "EMBEDDING",
    "FEED_FORWARD_BLOCK",
    "GROUP_NORM",
    "GRU",
    "INSTANCE_NORM",
    "LAYER_NORM",
    "LINEAR",
    "LINEAR_CROSS_ENTROPY",
    "LSTM",
    "MULTI_HEAD_ATTENTION",
    "MULTI_LABEL_SOFT_MARGIN",
    "MULTI_MARGIN",
    "NLL",
    "PRELU",
    "RESIDUAL_NORM",
    "RMS_NORM",
    "RNN",
    "SPECTRAL_NORM",
    "SUBMANIFOLD_CONV",
    "TRANSFORMER",
    "TRANSFORMER_DECODER",
    "TRANSFORMER_DECODER_LAYER",
    "TRANSFORMER_ENCODER",
    "TRANSFORMER_ENCODER_LAYER",
    "WRAPPER",
]
