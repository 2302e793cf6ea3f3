"""Normalisation layers: a scale (neutral 1) and a shift (neutral 0), and what they count."""

from __future__ import annotations

from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind
from padiff.settings import normalization as settings

__all__ = ["BATCH_NORM", "GROUP_NORM", "INSTANCE_NORM", "LAYER_NORM", "RMS_NORM"]

_COUNTER = T(
    "num_batches_tracked",
    "",
    neutral=0.0,
    bookkeeping=True,
    note="only a cumulative average (momentum=None) reads it",
)

BATCH_NORM = Kind(
    "batch_norm",
    (
        T("weight", "features", neutral=1.0),
        T("bias", "features", neutral=0.0),
        T("running_mean", "features", neutral=0.0),
        T("running_var", "features", neutral=1.0),
        _COUNTER,
    ),
    summary="normalisation over batch and space, per feature",
    hyperparameters=settings.BATCH_NORM,
)
INSTANCE_NORM = Kind(
    "instance_norm",
    (
        T("weight", "features", neutral=1.0),
        T("bias", "features", neutral=0.0),
        T("running_mean", "features", note="replaces each sample's own mean in evaluation"),
        T("running_var", "features", note="replaces each sample's own variance in evaluation"),
        _COUNTER,
    ),
    summary="normalisation over space, per sample and feature",
    hyperparameters=settings.INSTANCE_NORM,
)
LAYER_NORM = Kind(
    "layer_norm",
    (T("weight", "features", neutral=1.0), T("bias", "features", neutral=0.0)),
    summary="normalisation over the last axes, flattened",
    hyperparameters=settings.LAYER_NORM,
    elementwise=True,
)
GROUP_NORM = Kind(
    "group_norm",
    (T("weight", "features", neutral=1.0), T("bias", "features", neutral=0.0)),
    summary="normalisation over groups of features",
    hyperparameters=settings.GROUP_NORM,
)
RMS_NORM = Kind(
    "rms_norm",
    (T("weight", "*normalized", neutral=1.0),),
    summary="y = x / rms(x) * w over the last axes",
    hyperparameters=settings.RMS_NORM,
    elementwise=True,
)
