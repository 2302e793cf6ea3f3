"""Layers that look rows up."""

from __future__ import annotations

from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind
from padiff.settings import embedding as settings

__all__ = ["EMBEDDING"]

EMBEDDING = Kind(
    "embedding",
    (T("weight", "rows features"),),
    summary="y = W[x]",
    hyperparameters=settings.EMBEDDING,
    rules=settings.EMBEDDING_RULES,
)
