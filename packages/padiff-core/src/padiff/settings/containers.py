"""Transformer layers: the order of their parts. The parts themselves are compared one by one."""

from __future__ import annotations

from functools import partial
from typing import Any

from padiff.hyperparameters import Hyperparameter

__all__ = ["LINEAR_CROSS_ENTROPY", "TRANSFORMER_LAYER", "activation_name"]

TRANSFORMER_LAYER = (
    Hyperparameter("norm_first", "whether each block is normalised before it, or after"),
    Hyperparameter("activation", "between the two linear layers"),
)
LINEAR_CROSS_ENTROPY = (
    Hyperparameter("reduction", "how the losses are put together: mean, sum or none"),
    Hyperparameter("ignore_index", "the target that does not count; None if all do"),
    Hyperparameter("label_smoothing", "share of the target spread over all classes"),
)


def activation_name(activation: Any) -> str:
    """The canonical name of an activation that is kept as a function or a module.

    >>> import math
    >>> activation_name(math.tanh), activation_name(partial(math.tanh, approximate="tanh"))
    ('tanh', 'tanh, approximate=tanh')
    """
    options = {}
    if isinstance(activation, partial):
        activation, options = activation.func, activation.keywords
    elif isinstance(approximate := getattr(activation, "approximate", None), str):
        options = {"approximate": approximate} if approximate != "none" else {}
    name = getattr(activation, "__name__", type(activation).__name__).lower().lstrip("_")
    return ", ".join([name, *(f"{key}={value}" for key, value in options.items())])
