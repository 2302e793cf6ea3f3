"""paddle's layers with tensors: one of each class, and of each argument that changes the tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import paddle
from paddle import nn
from paddle.incubate import nn as fused

from padiff.testing import Sizes

__all__ = ["EXAMPLES"]

Make: TypeAlias = Callable[[Sizes], nn.Layer]
compat: Any = paddle.compat.nn
sparse: Any = paddle.sparse.nn


def _rows(size: Sizes) -> paddle.Tensor:
    return paddle.ones([size()])


_LINEAR: dict[str, Make] = {
    "Linear": lambda size: nn.Linear(size(), size()),
    "Linear bias_attr=False": lambda size: nn.Linear(size(), size(), bias_attr=False),
    "compat.Linear": lambda size: compat.Linear(size(), size()),
    "FusedLinear": lambda size: fused.FusedLinear(size(), size()),
    "FusedLinear transpose_weight": lambda size: fused.FusedLinear(
        size(), size(), transpose_weight=True
    ),
    "Bilinear": lambda size: nn.Bilinear(size(), size(), size()),
    "Embedding": lambda size: nn.Embedding(size(), size()),
    "PReLU": lambda size: nn.PReLU(size()),
}
_CONVOLUTIONS: dict[str, Make] = {
    "Conv1D": lambda size: nn.Conv1D(size(), size(), size()),
    "Conv2D": lambda size: nn.Conv2D(size(), size(), [size(), size()]),
    "Conv2D groups": lambda size: nn.Conv2D(size(2), size(2), [3, 1], groups=2, bias_attr=False),
    "Conv2D NHWC": lambda size: nn.Conv2D(size(), size(), 3, data_format="NHWC"),
    "Conv3D": lambda size: nn.Conv3D(size(), size(), [2, 3, 4]),
    "Conv1DTranspose": lambda size: nn.Conv1DTranspose(size(), size(), size()),
    "Conv2DTranspose": lambda size: nn.Conv2DTranspose(size(), size(), [size(), size()]),
    "Conv2DTranspose groups": lambda size: nn.Conv2DTranspose(size(2), size(2), 3, groups=2),
    "Conv3DTranspose": lambda size: nn.Conv3DTranspose(size(), size(), [2, 3, 4]),
    "sparse.Conv2D": lambda size: sparse.Conv2D(size(), size(), [3, 2]),
    "sparse.Conv3D": lambda size: sparse.Conv3D(size(), size(), [2, 3, 4]),
    "sparse.SubmConv2D": lambda size: sparse.SubmConv2D(size(), size(), [3, 2]),
    "sparse.SubmConv3D": lambda size: sparse.SubmConv3D(size(), size(), [2, 3, 4]),
}
_NORMS: dict[str, Make] = {
    "BatchNorm": lambda size: nn.BatchNorm(size()),
    "BatchNorm1D": lambda size: nn.BatchNorm1D(size()),
    "BatchNorm2D": lambda size: nn.BatchNorm2D(size()),
    "BatchNorm2D without weight": lambda size: nn.BatchNorm2D(
        size(), weight_attr=False, bias_attr=False
    ),
    "BatchNorm3D": lambda size: nn.BatchNorm3D(size()),
    "SyncBatchNorm": lambda size: nn.SyncBatchNorm(size()),
    "sparse.BatchNorm": lambda size: sparse.BatchNorm(size()),
    "sparse.SyncBatchNorm": lambda size: sparse.SyncBatchNorm(size()),
    "InstanceNorm1D": lambda size: nn.InstanceNorm1D(size()),
    "InstanceNorm2D": lambda size: nn.InstanceNorm2D(size()),
    "InstanceNorm3D": lambda size: nn.InstanceNorm3D(size()),
    "LayerNorm": lambda size: nn.LayerNorm(size()),
    "LayerNorm of two axes": lambda size: nn.LayerNorm([size(), size()]),
    "LayerNorm bias_attr=False": lambda size: nn.LayerNorm(size(), bias_attr=False),
    "GroupNorm": lambda size: nn.GroupNorm(2, size(2)),
    "SpectralNorm": lambda size: nn.SpectralNorm([size(), size()]),
}
_RECURRENT: dict[str, Make] = {
    "SimpleRNN": lambda size: nn.SimpleRNN(size(), size(), num_layers=2),
    "LSTM": lambda size: nn.LSTM(size(), size()),
    "LSTM both ways": lambda size: nn.LSTM(size(), size(), num_layers=2, direction="bidirect"),
    "LSTM proj_size": lambda size: nn.LSTM(size(), 30, num_layers=2, proj_size=size()),
    "GRU": lambda size: nn.GRU(size(), size(), direction="bidirect"),
    "SimpleRNNCell": lambda size: nn.SimpleRNNCell(size(), size()),
    "LSTMCell": lambda size: nn.LSTMCell(size(), size()),
    "LSTMCell proj_size": lambda size: nn.LSTMCell(size(), 30, proj_size=size()),
    "GRUCell": lambda size: nn.GRUCell(size(), size()),
    "RNN of an LSTMCell": lambda size: nn.RNN(nn.LSTMCell(size(), size())),
    "RNN of a SimpleRNNCell": lambda size: nn.RNN(nn.SimpleRNNCell(size(), size())),
    "BiRNN of GRUCells": lambda size: _both_ways(size(), size()),
}


def _both_ways(inside: int, hidden: int) -> nn.Layer:
    return nn.BiRNN(nn.GRUCell(inside, hidden), nn.GRUCell(inside, hidden))


_ATTENTION: dict[str, Make] = {
    "MultiHeadAttention": lambda size: nn.MultiHeadAttention(size(2), 2),
    "MultiHeadAttention kdim": lambda size: nn.MultiHeadAttention(
        size(2), 2, kdim=size(), vdim=size()
    ),
    "MultiHeadAttention bias_attr=False": lambda size: nn.MultiHeadAttention(
        size(2), 2, bias_attr=False
    ),
    "compat.MultiheadAttention": lambda size: compat.MultiheadAttention(size(2), 2),
    "compat.MultiheadAttention kdim": lambda size: compat.MultiheadAttention(
        size(2), 2, kdim=size(), vdim=size()
    ),
    "compat.MultiheadAttention add_bias_kv": lambda size: compat.MultiheadAttention(
        size(2), 2, add_bias_kv=True
    ),
    "FusedMultiHeadAttention": lambda size: fused.FusedMultiHeadAttention(size(2), 2),
    "FusedFeedForward": lambda size: fused.FusedFeedForward(size(), size()),
    "FusedBiasDropoutResidualLayerNorm": lambda size: fused.FusedBiasDropoutResidualLayerNorm(
        size()
    ),
}
_LOSSES: dict[str, Make] = {
    "CrossEntropyLoss": lambda size: nn.CrossEntropyLoss(weight=_rows(size)),
    "NLLLoss": lambda size: nn.NLLLoss(weight=_rows(size)),
    "BCELoss": lambda size: nn.BCELoss(weight=paddle.ones([size(), size()])),
    "BCEWithLogitsLoss": lambda size: nn.BCEWithLogitsLoss(_rows(size), pos_weight=_rows(size)),
    "MultiLabelSoftMarginLoss": lambda size: nn.MultiLabelSoftMarginLoss(weight=_rows(size)),
    "MultiMarginLoss": lambda size: nn.MultiMarginLoss(weight=_rows(size)),
    "AdaptiveLogSoftmaxWithLoss": lambda size: nn.AdaptiveLogSoftmaxWithLoss(
        size(4), 40, [27, 33], div_value=2.0
    ),
    "AdaptiveLogSoftmaxWithLoss head_bias": lambda size: nn.AdaptiveLogSoftmaxWithLoss(
        size(4), 40, [27, 33], div_value=2.0, head_bias=True
    ),
}
_REPARAMETRISED: dict[str, Make] = {
    "Linear weight_norm": lambda size: nn.utils.weight_norm(nn.Linear(size(), size())),
    "Linear weight_norm dim=None": lambda size: nn.utils.weight_norm(
        nn.Linear(size(), size()),
        dim=None,  # type: ignore[arg-type] # paddle documents None
    ),
    "Conv2D weight_norm dim=1": lambda size: nn.utils.weight_norm(
        nn.Conv2D(size(), size(), 3), dim=1
    ),
    "Linear spectral_norm": lambda size: nn.utils.spectral_norm(nn.Linear(size(), size())),
    "Conv2D spectral_norm": lambda size: nn.utils.spectral_norm(nn.Conv2D(size(), size(), 3)),
}
EXAMPLES: Mapping[str, Make] = {
    **_LINEAR,
    **_CONVOLUTIONS,
    **_NORMS,
    **_RECURRENT,
    **_ATTENTION,
    **_LOSSES,
    **_REPARAMETRISED,
}
"""Factories by what they make."""
