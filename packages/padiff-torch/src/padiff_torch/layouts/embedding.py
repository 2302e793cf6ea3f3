"""Embeddings: `weight` (rows, features). An `EmbeddingBag` holds the same, and reduces rows."""

from __future__ import annotations

from padiff.kinds import EMBEDDING
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

LAYOUTS = {
    "torch.nn.Embedding": Layout(EMBEDDING, dict),
    "torch.nn.EmbeddingBag": Layout(EMBEDDING, dict),
}
