"""paddle's layers with and without what has a neutral value.

Its recurrent layers are not among them: paddle has none without a bias that could be run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from paddle import nn

from padiff.protocols import Array
from padiff.testing import NeutralCase, Sizes

__all__ = ["NEUTRAL_CASES"]


def _normal(shape: Callable[[Sizes], tuple[int, ...]]) -> Callable[[Sizes], tuple[Array, ...]]:
    """One input of a shape."""

    def inputs(size: Sizes) -> tuple[Array, ...]:
        return (np.random.default_rng(0).normal(size=shape(size)).astype(np.float32),)

    return inputs


def _used(make: Callable[[Sizes], nn.Layer]) -> Callable[[Sizes], nn.Layer]:
    """The layer in the mode of use."""

    def used(size: Sizes) -> nn.Layer:
        layer = make(size)
        layer.eval()
        return layer

    return used


NEUTRAL_CASES: Mapping[str, NeutralCase[nn.Layer]] = {
    "Linear's bias": NeutralCase(
        lambda size: nn.Linear(size(), size(), bias_attr=False),
        lambda size: nn.Linear(size(), size()),
        _normal(lambda size: (3, size())),
    ),
    "Conv1D's bias": NeutralCase(
        lambda size: nn.Conv1D(size(), size(), 3, bias_attr=False),
        lambda size: nn.Conv1D(size(), size(), 3),
        _normal(lambda size: (4, size(), 6)),
    ),
    "Conv1DTranspose's bias": NeutralCase(
        lambda size: nn.Conv1DTranspose(size(), size(), 3, bias_attr=False),
        lambda size: nn.Conv1DTranspose(size(), size(), 3),
        _normal(lambda size: (4, size(), 6)),
    ),
    "BatchNorm1D's weight and bias": NeutralCase(
        _used(lambda size: nn.BatchNorm1D(size(), weight_attr=False, bias_attr=False)),
        _used(lambda size: nn.BatchNorm1D(size())),
        _normal(lambda size: (4, size())),
    ),
    "InstanceNorm1D's weight and bias": NeutralCase(
        lambda size: nn.InstanceNorm1D(size(), weight_attr=False, bias_attr=False),
        lambda size: nn.InstanceNorm1D(size()),
        _normal(lambda size: (4, size(), 6)),
    ),
    "LayerNorm's weight and bias": NeutralCase(
        lambda size: nn.LayerNorm(size(), weight_attr=False, bias_attr=False),
        lambda size: nn.LayerNorm(size()),
        _normal(lambda size: (3, size())),
    ),
    "GroupNorm's weight and bias": NeutralCase(
        lambda size: nn.GroupNorm(2, size(2), weight_attr=False, bias_attr=False),
        lambda size: nn.GroupNorm(2, size(2)),
        _normal(lambda size: (4, size(2), 3)),
    ),
    "MultiHeadAttention's biases": NeutralCase(
        lambda size: nn.MultiHeadAttention(size(2), 2, bias_attr=False),
        lambda size: nn.MultiHeadAttention(size(2), 2),
        _normal(lambda size: (3, 5, size(2))),
    ),
}
