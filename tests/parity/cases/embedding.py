"""Rows 7 to 13, 83: Embedding."""

from __future__ import annotations

from typing import Final

import paddle.nn as pnn
from torch import nn

from .case import Case, Differs
from .inputs import indices, named

TOKENS: Final = named(tokens=indices(10, 3, 5))

CASES: Final = (
    Case(7, "Embedding", lambda: nn.Embedding(10, 4), lambda: pnn.Embedding(10, 4), TOKENS),
    Case(
        8,
        "Embedding padding_idx, pad row zero",
        lambda: nn.Embedding(10, 4, padding_idx=2),
        lambda: pnn.Embedding(10, 4, padding_idx=2),
        TOKENS,
        zero_row=2,
    ),
    Case(
        9,
        "Embedding padding_idx, pad row NOT zero",
        lambda: nn.Embedding(10, 4, padding_idx=2),
        lambda: pnn.Embedding(10, 4, padding_idx=2),
        TOKENS,
        expect=Differs(outputs=True),
    ),
    Case(
        10,
        "Embedding padding_idx negative",
        lambda: nn.Embedding(10, 4, padding_idx=-1),
        lambda: pnn.Embedding(10, 4, padding_idx=-1),
        TOKENS,
        zero_row=-1,
    ),
    Case(
        11,
        "Embedding sparse",
        lambda: nn.Embedding(10, 4, sparse=True),
        lambda: pnn.Embedding(10, 4, sparse=True),
        TOKENS,
    ),
    Case(
        12,
        "Embedding scale_grad_by_freq",
        lambda: nn.Embedding(10, 4, scale_grad_by_freq=True),
        lambda: pnn.Embedding(10, 4, scale_grad_by_freq=True),
        TOKENS,
    ),
    Case(
        13,
        "Embedding max_norm",
        lambda: nn.Embedding(10, 4, max_norm=1.0),
        lambda: pnn.Embedding(10, 4, max_norm=1.0),
        TOKENS,
    ),
    Case(
        83,
        "EmbeddingBag mean / Embedding + mean",
        lambda: nn.EmbeddingBag(10, 4, mode="mean"),
        lambda: pnn.Embedding(10, 4),
        TOKENS,
        run_paddle=lambda layer, given: layer(given["tokens"]).mean(axis=1),
    ),
)
