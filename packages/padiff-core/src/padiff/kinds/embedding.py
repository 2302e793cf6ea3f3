"""Layers that look rows up."""

from __future__ import annotations

from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind

__all__ = ["EMBEDDING"]

EMBEDDING = Kind("embedding", (T("weight", "rows features"),), summary="y = W[x]")
