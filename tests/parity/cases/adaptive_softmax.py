"""Rows 171 to 173: AdaptiveLogSoftmaxWithLoss, whose tails paddle keeps in a plain list."""

from __future__ import annotations

from functools import partial
from typing import Final

import paddle.nn as pnn
from torch import nn

from .case import Case
from .inputs import indices, named, normal, normals

TORCH: Final = partial(nn.AdaptiveLogSoftmaxWithLoss, 16, 30, [6, 14], div_value=2.0)
PADDLE: Final = partial(pnn.AdaptiveLogSoftmaxWithLoss, 16, 30, [6, 14], div_value=2.0)
LABELLED: Final = named(x=normal(30, 16), target=indices(30, 30))

CASES: Final = (
    Case(
        171,
        "AdaptiveLogSoftmaxWithLoss head_bias=False",
        lambda: TORCH(head_bias=False),
        lambda: PADDLE(head_bias=False),
        LABELLED,
    ),
    Case(
        172,
        "AdaptiveLogSoftmaxWithLoss head_bias=True",
        lambda: TORCH(head_bias=True),
        lambda: PADDLE(head_bias=True),
        LABELLED,
    ),
    Case(
        173,
        "AdaptiveLogSoftmaxWithLoss.log_prob",
        TORCH,
        PADDLE,
        normals(x=(12, 16)),
        run_torch=lambda module, given: module.log_prob(given["x"]),
        run_paddle=lambda layer, given: layer.log_prob(given["x"]),
    ),
)
