"""Weights that are computed from other tensors: weight norm and spectral norm.

A layer normalised in either way has these in place of its `weight`, in the orientation the kind
declares for the weight itself.
"""

from __future__ import annotations

from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind
from padiff.settings.reparametrisation import SPECTRAL

__all__ = ["REPARAMETRISED", "SPECTRAL_NORM"]

_SINGULAR_VECTORS = (
    T("weight.left", "left", note="u: the left singular vector, as long as the axis kept"),
    T("weight.right", "right", note="v: the right singular vector, as long as the other axes"),
)

REPARAMETRISED = (
    T("weight.magnitude", "*magnitude", note="weight norm's g: the norm of each slice of v, 1-D"),
    T("weight.direction", "*direction", note="weight norm's v, in the orientation of the weight"),
    T("weight.original", "*original", note="the weight before spectral norm divides it"),
    *_SINGULAR_VECTORS,
)
"""What a kind declares beside its `weight` if the weight can be normalised."""

SPECTRAL_NORM = Kind(
    "spectral_norm",
    _SINGULAR_VECTORS,
    summary="W / sigma(W), of a weight that is given as input",
    hyperparameters=SPECTRAL,
)
