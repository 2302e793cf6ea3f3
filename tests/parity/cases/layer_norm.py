"""Rows 67 to 72: LayerNorm."""

from __future__ import annotations

from typing import Final

import paddle.nn as pnn
from torch import nn

from .case import Case, Raises
from .inputs import normals

X: Final = normals(x=(4, 3, 6))

CASES: Final = (
    Case(67, "LayerNorm", lambda: nn.LayerNorm(6), lambda: pnn.LayerNorm(6), X),
    Case(
        68,
        "LayerNorm normalized_shape 2-D",
        lambda: nn.LayerNorm([3, 6]),
        lambda: pnn.LayerNorm([3, 6]),
        X,
    ),
    Case(
        69,
        "LayerNorm eps",
        lambda: nn.LayerNorm(6, eps=5e-4),
        lambda: pnn.LayerNorm(6, epsilon=5e-4),
        X,
    ),
    Case(
        70,
        "LayerNorm eps above 1e-3",
        lambda: nn.LayerNorm(6, eps=1e-2),
        lambda: pnn.LayerNorm(6, epsilon=1e-2),
        X,
        expect=Raises(ValueError, "'epsilon' in Op(LayerNorm) should be between0.0 and 0.001"),
    ),
    Case(
        71,
        "LayerNorm bias=False",
        lambda: nn.LayerNorm(6, bias=False),
        lambda: pnn.LayerNorm(6, bias=False),
        X,
    ),
    Case(
        72,
        "LayerNorm elementwise_affine=False",
        lambda: nn.LayerNorm(6, elementwise_affine=False),
        lambda: pnn.LayerNorm(6, elementwise_affine=False),
        X,
    ),
)
