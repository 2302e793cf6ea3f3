"""Rows 81 and 82: RMSNorm, which paddle has no class for, against a layer written here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import paddle
import paddle.nn as pnn
from torch import nn

from .case import Case
from .inputs import normals


class RMSNorm(pnn.Layer):
    """torch's RMSNorm: `x / sqrt(mean(x ** 2) + epsilon) * weight` over the last axes."""

    weight: paddle.Tensor

    def __init__(self, shape: Sequence[int], epsilon: float) -> None:
        super().__init__(dtype=paddle.get_default_dtype())
        self.axes = list(range(-len(shape), 0))
        self.epsilon = epsilon
        self.weight = self.create_parameter(list(shape))

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        """Normalise `x` over the axes of the weight."""
        mean_square = (x * x).mean(axis=self.axes, keepdim=True)
        return x * paddle.rsqrt(mean_square + self.epsilon) * self.weight


def with_torch_epsilon() -> RMSNorm:
    """torch's default epsilon is that of the dtype of the input."""
    return RMSNorm([6], float(np.finfo(paddle.get_default_dtype()).eps))


CASES: Final = (
    Case(
        81,
        "RMSNorm / hand-written Layer",
        lambda: nn.RMSNorm([3, 6], eps=1e-5),
        lambda: RMSNorm([3, 6], 1e-5),
        normals(x=(4, 3, 6)),
    ),
    Case(
        82,
        "RMSNorm eps=None / hand-written Layer",
        lambda: nn.RMSNorm(6),
        with_torch_epsilon,
        normals(x=(4, 6)),
    ),
)
