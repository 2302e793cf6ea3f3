"""Rows 59 to 66: InstanceNorm."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import paddle.nn as pnn
import torch
from torch import nn

from .case import Case, Differs, Training
from .inputs import normals
from .lazy import materialised

SIZE: Final = (5, 4, 6)
IMAGE: Final = normals(x=(2, 3, *SIZE[:2]))


def affine() -> Iterator[Case]:
    """One row for each number of dimensions."""
    for n in (1, 2, 3):
        yield Case(
            58 + n,
            f"InstanceNorm{n}d affine",
            partial(getattr(nn, f"InstanceNorm{n}d"), 3, affine=True),
            partial(getattr(pnn, f"InstanceNorm{n}D"), 3),
            normals(x=(2, 3, *SIZE[:n])),
            training=Training(),
        )


CASES: Final = (
    *affine(),
    Case(
        62,
        "InstanceNorm2d default (no affine)",
        lambda: nn.InstanceNorm2d(3),
        lambda: pnn.InstanceNorm2D(3, weight_attr=False, bias_attr=False),
        IMAGE,
        training=Training(),
    ),
    Case(
        63,
        "InstanceNorm2d eps",
        lambda: nn.InstanceNorm2d(3, affine=True, eps=1e-2),
        lambda: pnn.InstanceNorm2D(3, epsilon=1e-2),
        IMAGE,
    ),
    Case(
        64,
        "InstanceNorm2d track_running_stats",
        lambda: nn.InstanceNorm2d(3, affine=True, track_running_stats=True),
        lambda: pnn.InstanceNorm2D(3),
        IMAGE,
        # paddle has no running statistics, so only train() agrees.
        expect=Differs(outputs=True, input_gradients=True, parameter_gradients=True),
        training=Training(),
        torch_only=("running_mean", "running_var", "num_batches_tracked"),
    ),
    Case(
        65,
        "LazyInstanceNorm2d (after 1st forward)",
        lambda: materialised(
            nn.LazyInstanceNorm2d(track_running_stats=False), torch.zeros(2, 3, 5, 4)
        ),
        lambda: pnn.InstanceNorm2D(3),
        IMAGE,
    ),
    Case(
        66,
        "InstanceNorm2d affine bias=False",
        lambda: nn.InstanceNorm2d(3, affine=True, bias=False),
        lambda: pnn.InstanceNorm2D(3),
        IMAGE,
        paddle_only={"bias": 0.0},
    ),
)
