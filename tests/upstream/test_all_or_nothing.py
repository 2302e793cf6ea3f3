"""PaDiff failed half-way, returned False, and left raw half written."""

from __future__ import annotations

import paddle
import torch

from tests.small import in_paddle, in_torch
from tests.small.refused import refusal


def test_a_misfit_at_the_end_leaves_the_beginning_alone() -> None:
    base = in_torch.Model(a=torch.nn.Linear(3, 3), b=torch.nn.Linear(3, 2))
    raw = in_paddle.Model(a=paddle.nn.Linear(3, 3), b=paddle.nn.Linear(3, 4))
    refusal(base, raw)  # compares every tensor with what it was before
