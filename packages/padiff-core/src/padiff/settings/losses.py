"""Losses."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter

__all__ = ["BCE", "CROSS_ENTROPY", "MULTI_MARGIN", "NLL", "REDUCTION"]

REDUCTION = Hyperparameter("reduction", "how the losses are put together: mean, sum or none")
_IGNORE_INDEX = Hyperparameter("ignore_index", "the target that does not count; None if all do")

NLL = (REDUCTION, _IGNORE_INDEX)
CROSS_ENTROPY = (
    *NLL,
    Hyperparameter("label_smoothing", "share of the target spread over all classes"),
    Hyperparameter("softmax", "whether the scores go through a softmax first"),
)
BCE = (REDUCTION,)
MULTI_MARGIN = (
    REDUCTION,
    Hyperparameter("power", "the p each margin is raised to"),
    Hyperparameter("margin", "the margin"),
)
