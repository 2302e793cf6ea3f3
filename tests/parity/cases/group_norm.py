"""Rows 73 to 78: GroupNorm."""

from __future__ import annotations

from typing import Final

import paddle.nn as pnn
from torch import nn

from .case import Case, Differs
from .conv import channels_last
from .inputs import normals

IMAGE: Final = normals(x=(2, 6, 5, 4))

CASES: Final = (
    Case(73, "GroupNorm", lambda: nn.GroupNorm(2, 6), lambda: pnn.GroupNorm(2, 6), IMAGE),
    Case(
        74,
        "GroupNorm affine=False",
        lambda: nn.GroupNorm(3, 6, affine=False),
        lambda: pnn.GroupNorm(3, 6, affine=False),
        IMAGE,
        # paddle's CPU kernel is wrong without a weight; finite differences side with torch.
        expect=Differs(input_gradients=True),
    ),
    Case(
        75,
        "GroupNorm affine=False, paddle affine with 1/0",
        lambda: nn.GroupNorm(3, 6, affine=False),
        lambda: pnn.GroupNorm(3, 6),
        IMAGE,
        paddle_only={"weight": 1.0, "bias": 0.0},
    ),
    Case(
        76,
        "GroupNorm bias=False",
        lambda: nn.GroupNorm(3, 6, bias=False),
        lambda: pnn.GroupNorm(3, 6, bias_attr=False),
        IMAGE,
    ),
    Case(
        77,
        "GroupNorm 3-D input",
        lambda: nn.GroupNorm(2, 6, eps=1e-3),
        lambda: pnn.GroupNorm(2, 6, epsilon=1e-3),
        normals(x=(2, 6, 5)),
    ),
    Case(
        78,
        "GroupNorm / NHWC",
        lambda: nn.GroupNorm(2, 6),
        lambda: pnn.GroupNorm(2, 6, data_format="NHWC"),
        IMAGE,
        run_paddle=channels_last,
    ),
)
