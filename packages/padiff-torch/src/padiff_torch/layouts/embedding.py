"""Embeddings: the weight is (rows, features)."""

from __future__ import annotations

from padiff.kinds import EMBEDDING
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

LAYOUTS = {
    "torch.nn.Embedding": Layout(EMBEDDING, dict),
    "torch.nn.EmbeddingBag": Layout(EMBEDDING, dict),
}
