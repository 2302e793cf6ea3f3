"""A small translator: a bidirectional GRU reads, a GRU cell with attention writes."""

from __future__ import annotations

from typing import Final

import numpy as np

from tests.models.pair import Arrays, seeded_paddle, seeded_torch
from tests.models.seq2seq import in_paddle, in_torch

DESCRIPTION: Final = (
    "bidirectional GRU encoder and a GRUCell decoder with additive attention, its modules called "
    "once a target token; the encoder's `gru` is `rnn` in paddle, the other paths are the same"
)

VOCAB_SIZE: Final = 40


def build_torch(seed: int = 0) -> in_torch.Seq2Seq:
    return seeded_torch(lambda: in_torch.Seq2Seq(VOCAB_SIZE), seed)


def build_paddle(seed: int = 0) -> in_paddle.Seq2Seq:
    return seeded_paddle(lambda: in_paddle.Seq2Seq(VOCAB_SIZE), seed)


def inputs(seed: int) -> Arrays:
    """Source ids of shape `(3, 7)` and target ids of shape `(3, 5)`, int64."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, VOCAB_SIZE, (3, 7)), rng.integers(0, VOCAB_SIZE, (3, 5))
