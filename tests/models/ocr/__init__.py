"""A small CRNN: convolutions, a bidirectional LSTM over the columns, a classifier."""

from __future__ import annotations

from typing import Final

import numpy as np

from tests.models.ocr import in_paddle, in_torch
from tests.models.pair import Arrays, seeded_paddle, seeded_torch

DESCRIPTION: Final = (
    "CRNN of the OCR example, narrow: Conv2d + BatchNorm2d, two-layer bidirectional LSTM, Linear; "
    "no path is the same in both trees, the order of definition is"
)


def build_torch(seed: int = 0) -> in_torch.CRNN:
    return seeded_torch(in_torch.CRNN, seed)


def build_paddle(seed: int = 0) -> in_paddle.CRNN:
    return seeded_paddle(in_paddle.CRNN, seed)


def inputs(seed: int) -> Arrays:
    """Grey lines of shape `(3, 1, 32, 48)`, float32, in `[-1, 1]`."""
    rng = np.random.default_rng(seed)
    return (rng.uniform(-1, 1, (3, 1, 32, 48)).astype(np.float32),)
