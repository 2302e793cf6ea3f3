"""Recurrent layers, their cells, and paddle's wrappers of a cell."""

from __future__ import annotations

from typing import Any

from padiff.configuration import Configuration
from padiff.hyperparameters import ABSENT, NOT_APPLICABLE, Inexpressible, Setting, fixed
from padiff_paddle.settings.defects.recurrent import FUSED, LOOPED, PROJECTED_CELL

__all__ = ["CONFIGURATIONS"]

_BATCH_FIRST = Setting(
    "time_major", "time_major", lambda time: not time, lambda batch_first: not batch_first
)


def _written_direction(direction: str) -> str:
    if direction == "reverse":
        raise Inexpressible("wrap a cell: paddle.nn.RNN(cell, is_reverse=True)")
    return "bidirect" if direction == "both" else "forward"


def _direction(layer: Any) -> str:
    return "bidirect" if layer.num_directions == 2 else "forward"


def _canonical_direction(direction: str) -> str:
    return "both" if direction == "bidirect" else direction


_LAYER = {
    "batch_first": _BATCH_FIRST,
    "direction": Setting("direction", _direction, _canonical_direction, _written_direction),
    "num_layers": Setting("num_layers", "num_layers"),
    "dropout": Setting("dropout", lambda layer: layer.dropout if layer.num_layers > 1 else 0.0),
}
_CELL = dict.fromkeys(_LAYER, ABSENT)
_PROJ_SIZE = {"proj_size": Setting("proj_size", "proj_size")}


def _wrapped_activation(layer: Any) -> Any:
    """The activation of the wrapped cell, which only a SimpleRNNCell can choose."""
    cell = layer.cell if hasattr(layer, "cell") else layer.cell_fw
    return getattr(cell, "activation", NOT_APPLICABLE)


def _reverse(direction: str) -> bool:
    if direction == "both":
        raise Inexpressible("wrap two cells: paddle.nn.BiRNN(cell_fw, cell_bw)")
    return direction == "reverse"


_WRAPPER = {
    "batch_first": _BATCH_FIRST,
    "num_layers": fixed(1),
    "dropout": ABSENT,
    "proj_size": ABSENT,
    "activation": Setting("activation", _wrapped_activation),
}
CONFIGURATIONS = {
    "paddle.nn.SimpleRNN": Configuration(
        {
            **_LAYER,
            "activation": Setting(
                "activation", lambda layer: layer.mode.removeprefix("RNN_").lower()
            ),
        },
        (*FUSED, *LOOPED),
    ),
    "paddle.nn.LSTM": Configuration({**_LAYER, **_PROJ_SIZE}, FUSED),
    "paddle.nn.GRU": Configuration(_LAYER, (*FUSED, *LOOPED)),
    "paddle.nn.SimpleRNNCell": Configuration(
        {**_CELL, "activation": Setting("activation", "activation")}
    ),
    "paddle.nn.LSTMCell": Configuration({**_CELL, "proj_size": ABSENT}, PROJECTED_CELL),
    "paddle.nn.GRUCell": Configuration(_CELL),
    "paddle.nn.RNN": Configuration(
        {
            **_WRAPPER,
            "direction": Setting(
                "is_reverse",
                "is_reverse",
                lambda reverse: "reverse" if reverse else "forward",
                _reverse,
            ),
        },
        PROJECTED_CELL,
    ),
    "paddle.nn.BiRNN": Configuration({**_WRAPPER, "direction": fixed("both")}, PROJECTED_CELL),
}
