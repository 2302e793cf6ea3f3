"""Recurrent layers and their cells."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff.hyperparameters import ABSENT, Inexpressible, Setting

__all__ = ["CONFIGURATIONS"]


def _bidirectional(direction: str) -> bool:
    if direction == "reverse":
        raise Inexpressible(
            "torch has no layer that only runs backwards: reverse its input in time"
        )
    return direction == "both"


_LAYER = {
    "batch_first": Setting("batch_first", "batch_first"),
    "direction": Setting(
        "bidirectional", "bidirectional", lambda both: "both" if both else "forward", _bidirectional
    ),
    "num_layers": Setting("num_layers", "num_layers"),
    "dropout": Setting("dropout", lambda m: m.dropout if m.num_layers > 1 else 0.0),
}
_CELL = dict.fromkeys(_LAYER, ABSENT)
_NONLINEARITY = {"activation": Setting("nonlinearity", "nonlinearity")}
_PROJECTION = {"proj_size": Setting("proj_size", "proj_size")}

CONFIGURATIONS = {
    "torch.nn.RNN": Configuration({**_LAYER, **_NONLINEARITY}),
    "torch.nn.LSTM": Configuration({**_LAYER, **_PROJECTION}),
    "torch.nn.GRU": Configuration(_LAYER),
    "torch.nn.RNNCell": Configuration({**_CELL, **_NONLINEARITY}),
    "torch.nn.LSTMCell": Configuration({**_CELL, "proj_size": ABSENT}),
    "torch.nn.GRUCell": Configuration(_CELL),
}
