"""torch's layers with and without what has a neutral value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from torch import nn

from padiff.protocols import Array
from padiff.testing import NeutralCase, Sizes

__all__ = ["NEUTRAL_CASES"]


def _rows(*after: int) -> Callable[[Sizes], tuple[Array, ...]]:
    """One input of shape (4, size, *after)."""

    def inputs(size: Sizes) -> tuple[Array, ...]:
        shape = (4, size(), *after)
        return (np.random.default_rng(0).normal(size=shape).astype(np.float32),)

    return inputs


def _last(*before: int) -> Callable[[Sizes], tuple[Array, ...]]:
    """One input of shape (*before, size)."""

    def inputs(size: Sizes) -> tuple[Array, ...]:
        shape = (*before, size())
        return (np.random.default_rng(0).normal(size=shape).astype(np.float32),)

    return inputs


def _attended(size: Sizes) -> tuple[Array, ...]:
    """Query, key and value of one sequence."""
    x = np.random.default_rng(0).normal(size=(5, 3, size(2))).astype(np.float32)
    return x, x, x


NEUTRAL_CASES: Mapping[str, NeutralCase[nn.Module]] = {
    "Linear's bias": NeutralCase(
        lambda size: nn.Linear(size(), size(), bias=False),
        lambda size: nn.Linear(size(), size()),
        _last(3),
    ),
    "Conv1d's bias": NeutralCase(
        lambda size: nn.Conv1d(size(), size(), 3, bias=False),
        lambda size: nn.Conv1d(size(), size(), 3),
        _rows(6),
    ),
    "ConvTranspose1d's bias": NeutralCase(
        lambda size: nn.ConvTranspose1d(size(), size(), 3, bias=False),
        lambda size: nn.ConvTranspose1d(size(), size(), 3),
        _rows(6),
    ),
    "BatchNorm1d's weight and bias": NeutralCase(
        lambda size: nn.BatchNorm1d(size(), affine=False).eval(),
        lambda size: nn.BatchNorm1d(size()).eval(),
        _rows(),
    ),
    "BatchNorm1d's bias": NeutralCase(
        lambda size: nn.BatchNorm1d(size(), bias=False).eval(),
        lambda size: nn.BatchNorm1d(size()).eval(),
        _rows(),
    ),
    "InstanceNorm1d's weight and bias": NeutralCase(
        lambda size: nn.InstanceNorm1d(size()),
        lambda size: nn.InstanceNorm1d(size(), affine=True),
        _rows(6),
    ),
    "LayerNorm's weight and bias": NeutralCase(
        lambda size: nn.LayerNorm(size(), elementwise_affine=False),
        lambda size: nn.LayerNorm(size()),
        _last(3),
    ),
    "GroupNorm's weight and bias": NeutralCase(
        lambda size: nn.GroupNorm(2, size(2), affine=False),
        lambda size: nn.GroupNorm(2, size(2)),
        lambda size: (np.random.default_rng(0).normal(size=(4, size(2), 3)).astype(np.float32),),
    ),
    "RMSNorm's weight": NeutralCase(
        lambda size: nn.RMSNorm(size(), elementwise_affine=False),
        lambda size: nn.RMSNorm(size()),
        _last(3),
    ),
    "LSTM's biases": NeutralCase(
        lambda size: nn.LSTM(size(), size(), bias=False),
        lambda size: nn.LSTM(size(), size()),
        _last(5, 3),
    ),
    "GRU's biases": NeutralCase(
        lambda size: nn.GRU(size(), size(), bias=False),
        lambda size: nn.GRU(size(), size()),
        _last(5, 3),
    ),
    "MultiheadAttention's biases": NeutralCase(
        lambda size: nn.MultiheadAttention(size(2), 2, bias=False),
        lambda size: nn.MultiheadAttention(size(2), 2),
        _attended,
    ),
}
