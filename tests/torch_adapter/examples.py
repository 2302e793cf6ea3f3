"""torch's layers with tensors: one of each class, and of each argument that changes the tensors."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import TypeAlias

import torch
from torch import nn
from torch.nn.utils import parametrizations

from padiff.testing import Sizes

__all__ = ["EXAMPLES"]

Make: TypeAlias = Callable[[Sizes], nn.Module]


def _old_weight_norm(make: Make, dim: int | None = 0) -> Make:
    def normalised(size: Sizes) -> nn.Module:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # torch prefers its parametrization
            return nn.utils.weight_norm(make(size), dim=dim)  # type: ignore[arg-type] # None is documented

    return normalised


def _rows(size: Sizes) -> torch.Tensor:
    return torch.ones(size())


_LINEAR: dict[str, Make] = {
    "Linear": lambda size: nn.Linear(size(), size()),
    "Linear bias=False": lambda size: nn.Linear(size(), size(), bias=False),
    "Bilinear": lambda size: nn.Bilinear(size(), size(), size()),
    "Embedding": lambda size: nn.Embedding(size(), size()),
    "EmbeddingBag": lambda size: nn.EmbeddingBag(size(), size()),
    "PReLU": lambda size: nn.PReLU(size()),
}
_CONVOLUTIONS: dict[str, Make] = {
    "Conv1d": lambda size: nn.Conv1d(size(), size(), size()),
    "Conv2d": lambda size: nn.Conv2d(size(), size(), (size(), size())),
    "Conv2d groups": lambda size: nn.Conv2d(size(2), size(2), (3, 1), groups=2, bias=False),
    "Conv3d": lambda size: nn.Conv3d(size(), size(), (2, 3, 4)),
    "ConvTranspose1d": lambda size: nn.ConvTranspose1d(size(), size(), size()),
    "ConvTranspose2d": lambda size: nn.ConvTranspose2d(size(), size(), (size(), size())),
    "ConvTranspose2d groups": lambda size: nn.ConvTranspose2d(size(2), size(2), 3, groups=2),
    "ConvTranspose3d": lambda size: nn.ConvTranspose3d(size(), size(), (2, 3, 4)),
}
_NORMS: dict[str, Make] = {
    "BatchNorm1d": lambda size: nn.BatchNorm1d(size()),
    "BatchNorm2d": lambda size: nn.BatchNorm2d(size()),
    "BatchNorm2d affine=False": lambda size: nn.BatchNorm2d(size(), affine=False),
    "BatchNorm2d bias=False": lambda size: nn.BatchNorm2d(size(), bias=False),
    "BatchNorm2d untracked": lambda size: nn.BatchNorm2d(size(), track_running_stats=False),
    "BatchNorm3d": lambda size: nn.BatchNorm3d(size()),
    "SyncBatchNorm": lambda size: nn.SyncBatchNorm(size()),
    "InstanceNorm1d": lambda size: nn.InstanceNorm1d(size(), affine=True),
    "InstanceNorm2d": lambda size: nn.InstanceNorm2d(size(), affine=True, track_running_stats=True),
    "InstanceNorm3d": lambda size: nn.InstanceNorm3d(size(), affine=True),
    "LayerNorm": lambda size: nn.LayerNorm(size()),
    "LayerNorm of two axes": lambda size: nn.LayerNorm((size(), size())),
    "LayerNorm bias=False": lambda size: nn.LayerNorm(size(), bias=False),
    "GroupNorm": lambda size: nn.GroupNorm(2, size(2)),
    "RMSNorm": lambda size: nn.RMSNorm((size(), size())),
}
_RECURRENT: dict[str, Make] = {
    "RNN": lambda size: nn.RNN(size(), size(), num_layers=2),
    "LSTM": lambda size: nn.LSTM(size(), size()),
    "LSTM both ways": lambda size: nn.LSTM(size(), size(), num_layers=2, bidirectional=True),
    "LSTM proj_size": lambda size: nn.LSTM(size(), 30, num_layers=2, proj_size=size()),
    "LSTM bias=False": lambda size: nn.LSTM(size(), size(), bias=False),
    "GRU": lambda size: nn.GRU(size(), size(), bidirectional=True),
    "RNNCell": lambda size: nn.RNNCell(size(), size()),
    "LSTMCell": lambda size: nn.LSTMCell(size(), size()),
    "GRUCell": lambda size: nn.GRUCell(size(), size(), bias=False),
}
_ATTENTION: dict[str, Make] = {
    "MultiheadAttention": lambda size: nn.MultiheadAttention(size(2), 2),
    "MultiheadAttention kdim": lambda size: nn.MultiheadAttention(
        size(2), 2, kdim=size(), vdim=size()
    ),
    "MultiheadAttention bias=False": lambda size: nn.MultiheadAttention(size(2), 2, bias=False),
    "MultiheadAttention add_bias_kv": lambda size: nn.MultiheadAttention(
        size(2), 2, add_bias_kv=True
    ),
}
_LOSSES: dict[str, Make] = {
    "CrossEntropyLoss": lambda size: nn.CrossEntropyLoss(weight=_rows(size)),
    "NLLLoss": lambda size: nn.NLLLoss(weight=_rows(size)),
    "BCELoss": lambda size: nn.BCELoss(weight=torch.ones(size(), size())),
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
    "Linear weight_norm": lambda size: parametrizations.weight_norm(nn.Linear(size(), size())),
    "Linear spectral_norm": lambda size: parametrizations.spectral_norm(nn.Linear(size(), size())),
    "Conv2d weight_norm dim=1": lambda size: parametrizations.weight_norm(
        nn.Conv2d(size(), size(), 3), dim=1
    ),
    "ConvTranspose2d spectral_norm": lambda size: parametrizations.spectral_norm(
        nn.ConvTranspose2d(size(), size(), (3, 2))
    ),
    "Linear old weight_norm": _old_weight_norm(_LINEAR["Linear"]),
    "Linear old weight_norm dim=None": _old_weight_norm(_LINEAR["Linear"], dim=None),
    "Conv1d old weight_norm": _old_weight_norm(_CONVOLUTIONS["Conv1d"]),
    "Conv2d old spectral_norm": lambda size: nn.utils.spectral_norm(nn.Conv2d(size(), size(), 3)),
    "_SpectralNorm": lambda size: parametrizations._SpectralNorm(torch.ones(size(), size())),
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
