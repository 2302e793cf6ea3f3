"""Transformer layers: the order of their parts. The parts themselves are compared one by one."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter

__all__ = ["LINEAR_CROSS_ENTROPY", "TRANSFORMER_LAYER"]

TRANSFORMER_LAYER = (
    Hyperparameter("norm_first", "whether each block is normalised before it, or after"),
    Hyperparameter("activation", "between the two linear layers"),
)
LINEAR_CROSS_ENTROPY = (
    Hyperparameter("reduction", "how the losses are put together: mean, sum or none"),
    Hyperparameter("ignore_index", "the target that does not count; None if all do"),
    Hyperparameter("label_smoothing", "share of the target spread over all classes"),
)
