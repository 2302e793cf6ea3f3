"""Rows 1 to 6: Linear and Bilinear."""

from __future__ import annotations

from typing import Final

import paddle.compat.nn as cnn
import paddle.nn as pnn
import torch
from torch import nn

from .case import Case
from .inputs import normals
from .lazy import materialised

X: Final = normals(x=(4, 5))
PAIR: Final = normals(left=(6, 3), right=(6, 4))

CASES: Final = (
    Case(1, "Linear", lambda: nn.Linear(5, 7), lambda: pnn.Linear(5, 7), X),
    Case(
        2,
        "Linear bias=False",
        lambda: nn.Linear(5, 7, bias=False),
        lambda: pnn.Linear(5, 7, bias_attr=False),
        X,
    ),
    Case(3, "Linear / compat.nn.Linear", lambda: nn.Linear(5, 7), lambda: cnn.Linear(5, 7), X),
    Case(
        4,
        "LazyLinear (after 1st forward)",
        lambda: materialised(nn.LazyLinear(7), torch.zeros(1, 5)),
        lambda: pnn.Linear(5, 7),
        X,
    ),
    Case(5, "Bilinear", lambda: nn.Bilinear(3, 4, 5), lambda: pnn.Bilinear(3, 4, 5), PAIR),
    Case(
        6,
        "Bilinear bias=False",
        lambda: nn.Bilinear(3, 4, 5, bias=False),
        lambda: pnn.Bilinear(3, 4, 5, bias_attr=False),
        PAIR,
    ),
)
