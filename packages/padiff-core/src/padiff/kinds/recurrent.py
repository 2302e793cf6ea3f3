"""Recurrent layers: the gates of a cell are stacked along the first axis of its tensors.

A layer has a cell for each layer and direction (`0.forward`, `0.reverse`, `1.forward`, ...). A cell
on its own is layer 0, direction `forward`, of the same kind.
"""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter
from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind
from padiff.settings import recurrent as settings

__all__ = ["GRU", "LSTM", "RNN"]

_CELL = "{layer}.{direction}."


def _recurrent(
    name: str,
    gates: str,
    summary: str,
    hyperparameters: tuple[Hyperparameter, ...],
    *,
    projected: bool = False,
) -> Kind:
    count = len(gates.split())
    stacked = "hidden" if count == 1 else f"{count}*hidden"
    note = f"gates in the order {gates}" if count > 1 else ""
    fed_back = "recurrent" if projected else "hidden"
    tensors = [
        T(_CELL + "weight_ih", stacked + " in_{layer}", note=note),
        T(_CELL + "weight_hh", f"{stacked} {fed_back}", note=note),
        T(_CELL + "bias_ih", stacked, neutral=0.0, note=note),
        T(_CELL + "bias_hh", stacked, neutral=0.0, note=note),
    ]
    if projected:
        tensors.append(T(_CELL + "weight_hr", "recurrent hidden", note="projects the hidden state"))
    return Kind(name, tuple(tensors), summary=summary, hyperparameters=hyperparameters)


RNN = _recurrent("rnn", "h", "Elman recurrence", settings.RNN)
LSTM = _recurrent("lstm", "i f g o", "long short-term memory", settings.LSTM, projected=True)
GRU = _recurrent("gru", "r z n", "gated recurrent unit", settings.GRU)
