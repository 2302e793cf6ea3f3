"""Normalisation layers: epsilon, running statistics, groups and axes."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter
from padiff.settings.common import CHANNELS, EPSILON, epsilon

__all__ = ["BATCH_NORM", "GROUP_NORM", "INSTANCE_NORM", "LAYER_NORM", "RMS_NORM"]

_MOMENTUM = Hyperparameter(
    "momentum", "weight of the new batch in the running statistics", severity="warning"
)
_EVAL_STATISTICS = Hyperparameter(
    "eval_statistics",
    "what normalises in eval(): 'running' statistics, or those of the 'batch'",
    advice="use a layer without running statistics in base, or compare in train() only",
)

BATCH_NORM = (
    EPSILON,
    _MOMENTUM,
    _EVAL_STATISTICS,
    Hyperparameter(
        "train_statistics",
        "what normalises in train(): those of the 'batch', or the 'running' ones (a frozen layer)",
        in_eval="info",
        advice="keep the layer in eval() while the model trains",
    ),
    Hyperparameter(
        "running_variance",
        "which variance of a batch goes into the running one",
        severity="warning",
        in_eval="silent",
        advice="nothing to write: expect running_var to drift apart by a factor of n / (n - 1)",
    ),
    Hyperparameter("activation", "applied to the output"),
    CHANNELS,
)
INSTANCE_NORM = (EPSILON, _MOMENTUM, _EVAL_STATISTICS, CHANNELS)
LAYER_NORM = (EPSILON, Hyperparameter("normalized_shape", "sizes of the axes normalised over"))
GROUP_NORM = (
    EPSILON,
    Hyperparameter("num_groups", "how many groups the features are split in"),
    CHANNELS,
)
RMS_NORM = (
    epsilon("added to the mean square; 'of the dtype' is numpy.finfo(dtype).eps"),
    Hyperparameter("normalized_shape", "sizes of the axes normalised over"),
)
