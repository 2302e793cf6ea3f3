"""Embeddings: `weight` (rows, features)."""

from __future__ import annotations

from padiff.kinds import EMBEDDING
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

LAYOUTS = {"paddle.nn.Embedding": Layout(EMBEDDING, dict)}
