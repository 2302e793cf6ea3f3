"""A small BERT encoder whose query, key and value are Linears of their own."""

from __future__ import annotations

from typing import Final

import numpy as np

from tests.models.minilm import in_paddle, in_torch
from tests.models.pair import Arrays, seeded_paddle, seeded_torch

DESCRIPTION: Final = (
    "BERT encoder with post-norm, exact GELU and a padding mask; torch names it as Hugging Face "
    "does, paddle has one module less around the attention and calls its norms `layer_norm`"
)

VOCAB_SIZE: Final = 60


def build_torch(seed: int = 0) -> in_torch.BertModel:
    return seeded_torch(lambda: in_torch.BertModel(VOCAB_SIZE), seed)


def build_paddle(seed: int = 0) -> in_paddle.BertModel:
    return seeded_paddle(lambda: in_paddle.BertModel(VOCAB_SIZE), seed)


def inputs(seed: int) -> Arrays:
    """Token ids and their mask, int64 of shape `(3, 10)`; the rows keep 10, 7 and 4 tokens."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(1, VOCAB_SIZE, (3, 10))
    mask = (np.arange(10) < np.array([[10], [7], [4]])).astype(np.int64)
    return ids * mask, mask
