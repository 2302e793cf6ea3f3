"""Layers that multiply by a matrix. A weight matrix is (out, in)."""

from __future__ import annotations

from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind
from padiff.kinds.reparametrisation import REPARAMETRISED
from padiff.settings import linear as settings

__all__ = ["BILINEAR", "LINEAR"]

LINEAR = Kind(
    "linear",
    (T("weight", "out in"), T("bias", "out", neutral=0.0), *REPARAMETRISED),
    summary="y = x W^T + b",
    hyperparameters=settings.LINEAR,
)
BILINEAR = Kind(
    "bilinear",
    (T("weight", "out in1 in2"), T("bias", "out", neutral=0.0)),
    summary="y_k = x1 W_k x2 + b_k",
)
