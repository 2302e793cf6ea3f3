"""Rows 79 and 80: PReLU."""

from __future__ import annotations

from typing import Final

import paddle.nn as pnn
from torch import nn

from .case import Case
from .inputs import normals

IMAGE: Final = normals(x=(2, 3, 5, 4))

CASES: Final = (
    Case(79, "PReLU 1", nn.PReLU, pnn.PReLU, IMAGE),
    Case(80, "PReLU C", lambda: nn.PReLU(3), lambda: pnn.PReLU(3), IMAGE),
)
