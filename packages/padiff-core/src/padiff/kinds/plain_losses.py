"""Losses that own no tensors."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter
from padiff.kind import Kind
from padiff.settings.losses import REDUCTION

__all__ = ["ABSOLUTE_ERROR", "KL_DIVERGENCE", "SMOOTH_L1", "SQUARED_ERROR"]

ABSOLUTE_ERROR = Kind("absolute_error", hyperparameters=(REDUCTION,), summary="|x - y|")
SQUARED_ERROR = Kind("squared_error", hyperparameters=(REDUCTION,), summary="(x - y)^2")
KL_DIVERGENCE = Kind(
    "kl_divergence",
    hyperparameters=(REDUCTION, Hyperparameter("log_target", "whether targets are logarithms")),
    summary="Kullback-Leibler divergence of log probabilities",
)
SMOOTH_L1 = Kind(
    "smooth_l1",
    hyperparameters=(
        REDUCTION,
        Hyperparameter("threshold", "the error at which the square turns into a line"),
        Hyperparameter(
            "divided", "whether the loss is divided by the threshold (smooth L1), or not (Huber)"
        ),
    ),
    summary="squared below a threshold, linear above it",
)
