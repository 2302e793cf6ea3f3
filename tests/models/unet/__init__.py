"""A small U-Net: down with BatchNorm, up with transposed convolutions and GroupNorm."""

from __future__ import annotations

from typing import Final

import numpy as np

from tests.models.pair import Arrays, seeded_paddle, seeded_torch
from tests.models.unet import in_paddle, in_torch

DESCRIPTION: Final = (
    "U-Net of two levels with skip connections, BatchNorm on the way down and GroupNorm on the way "
    "up; `bottleneck` is `middle` in paddle, the other paths are the same"
)


def build_torch(seed: int = 0) -> in_torch.UNet:
    return seeded_torch(in_torch.UNet, seed)


def build_paddle(seed: int = 0) -> in_paddle.UNet:
    return seeded_paddle(in_paddle.UNet, seed)


def inputs(seed: int) -> Arrays:
    """Images of shape `(2, 3, 16, 24)`, float32, normally distributed."""
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((2, 3, 16, 24)).astype(np.float32),)
