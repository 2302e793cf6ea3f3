"""Hyper-parameters that several families share."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter

__all__ = ["CHANNELS", "DROPOUT", "EPSILON", "epsilon"]

CHANNELS = Hyperparameter(
    "channels",
    "whether channels are the second axis ('first') or the last",
    inherent="info",
    advice="transpose its inputs and outputs",
)


def epsilon(what: str) -> Hyperparameter:
    """The small number that keeps a division finite."""
    return Hyperparameter("epsilon", what)


EPSILON = epsilon("added to the variance before its square root is taken")
DROPOUT = Hyperparameter(
    "dropout", "probability of dropping an element, in training", severity="warning"
)
