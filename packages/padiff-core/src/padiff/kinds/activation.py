"""Activations that learn."""

from __future__ import annotations

from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind
from padiff.settings import activation as settings

__all__ = ["PRELU"]

PRELU = Kind(
    "prelu",
    (T("weight", "features"),),
    summary="y = max(0, x) + w min(0, x)",
    hyperparameters=settings.PRELU,
)
