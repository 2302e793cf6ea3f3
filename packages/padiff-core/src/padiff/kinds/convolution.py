"""Convolutions: (out, in/groups, *kernel), transposed ones (in, out/groups, *kernel)."""

from __future__ import annotations

from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind
from padiff.kinds.reparametrisation import REPARAMETRISED
from padiff.settings import convolution as settings

__all__ = ["CONV", "CONV_TRANSPOSE", "SUBMANIFOLD_CONV"]

CONV = Kind(
    "conv",
    (T("weight", "out in_per_group *kernel"), T("bias", "out", neutral=0.0), *REPARAMETRISED),
    summary="cross-correlation over 1 to 3 spatial axes",
    hyperparameters=settings.CONV,
)
CONV_TRANSPOSE = Kind(
    "conv_transpose",
    (T("weight", "in out_per_group *kernel"), T("bias", "out", neutral=0.0), *REPARAMETRISED),
    summary="the gradient of a convolution with respect to its input",
    hyperparameters=settings.CONV_TRANSPOSE,
)
SUBMANIFOLD_CONV = Kind(
    "submanifold_conv",
    (T("weight", "out in *kernel"), T("bias", "out", neutral=0.0)),
    summary="cross-correlation of a sparse tensor, at the sites its input has and no others",
    hyperparameters=settings.SUBMANIFOLD_CONV,
)
