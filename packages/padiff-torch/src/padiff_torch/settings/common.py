"""Settings that several families share."""

from __future__ import annotations

from padiff.hyperparameters import Setting, fixed

__all__ = ["CHANNELS_FIRST", "DROPOUT", "EPSILON"]

CHANNELS_FIRST = fixed("first", "channels first")
EPSILON = Setting("eps", "eps")
DROPOUT = Setting("dropout", "dropout")
