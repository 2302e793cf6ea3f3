"""A small decoder-only transformer whose head shares its weight with the word embedding."""

from __future__ import annotations

from typing import Final

import numpy as np

from tests.models.gpt import in_paddle, in_torch
from tests.models.pair import Arrays, seeded_paddle, seeded_torch

DESCRIPTION: Final = (
    "GPT-2 style decoder with pre-norm, tanh GELU, a causal mask and a tied head; the feed-forward "
    "is `c_fc`, `c_proj` in torch and `fc1`, `fc2` in paddle, the other paths are the same"
)

VOCAB_SIZE: Final = 50


def build_torch(seed: int = 0) -> in_torch.GPT:
    return seeded_torch(lambda: in_torch.GPT(VOCAB_SIZE), seed)


def build_paddle(seed: int = 0) -> in_paddle.GPT:
    return seeded_paddle(lambda: in_paddle.GPT(VOCAB_SIZE), seed)


def inputs(seed: int) -> Arrays:
    """Token ids, int64 of shape `(3, 9)`."""
    return (np.random.default_rng(seed).integers(0, VOCAB_SIZE, (3, 9)),)
