"""Embeddings and learned activations."""

from __future__ import annotations

import numpy as np
import pytest

from .arrays import assert_views, numbered


@pytest.mark.parametrize(
    "name", ["torch.nn.Embedding", "torch.nn.EmbeddingBag", "paddle.nn.Embedding"]
)
def test_an_embedding_is_rows_by_features(name: str) -> None:
    tensors = numbered({"weight": (4, 3)})
    assert_views(name, tensors, {"weight": np.arange(12).reshape(4, 3)})


@pytest.mark.parametrize(
    ("name", "tensor"), [("torch.nn.PReLU", "weight"), ("paddle.nn.PReLU", "_weight")]
)
def test_a_prelu_has_one_slope_or_one_for_each_feature(name: str, tensor: str) -> None:
    for size in (1, 3):
        assert_views(name, numbered({tensor: (size,)}), {"weight": np.arange(size)})
