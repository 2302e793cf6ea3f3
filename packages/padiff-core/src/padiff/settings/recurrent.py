"""Recurrent layers and their cells."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter

__all__ = ["GRU", "LSTM", "RNN"]

_RECURRENT = (
    Hyperparameter(
        "batch_first", "whether inputs are (batch, time, features), or time comes first"
    ),
    Hyperparameter("direction", "'forward', 'reverse' or 'both'"),
    Hyperparameter("num_layers", "layers on top of one another"),
    Hyperparameter(
        "dropout",
        "probability of dropping an output between two layers, in training",
        severity="warning",
    ),
)

RNN = (*_RECURRENT, Hyperparameter("activation", "the recurrence's nonlinearity"))
LSTM = (*_RECURRENT, Hyperparameter("proj_size", "size the hidden state is projected to, or 0"))
GRU = _RECURRENT
