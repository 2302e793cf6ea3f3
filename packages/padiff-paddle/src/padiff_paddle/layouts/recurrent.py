"""Recurrent layers: paddle keeps a cell for each layer and direction, `1.cell_bw.weight_ih`.

With `gates` of 1 (`SimpleRNN`), 4 (`LSTM`: i f g o) or 3 (`GRU`: r z n), per layer and direction:

| canonical | paddle | shape |
|---|---|---|
| `1.reverse.weight_ih` | `1.cell_bw.weight_ih` | (gates*hidden, in) |
| `1.reverse.weight_hh` | `1.cell_bw.weight_hh` | (gates*hidden, hidden), or (4*hidden, proj) |
| `1.reverse.bias_ih`, `.bias_hh` | `1.cell_bw.bias_ih`, `1.cell_bw.bias_hh` | (gates*hidden,) |
| `1.reverse.weight_hr` | `1.cell_bw.weight_ho` (hidden, proj) | (proj, hidden): the transpose |

Direction `forward` is `cell_fw` in a bidirectional layer and `cell` in any other. The same tensors
also stand under flat names (`weight_ih_l1`), which are scrambled as soon as `proj_size` is set or a
bias is missing; only the cells' names are used here.

A cell on its own is layer 0, direction `forward`. So is the cell in an `RNN`, which wraps any cell;
`BiRNN` wraps two. Their kind is told from how often the hidden size goes into the first axis: once
in a `SimpleRNNCell`, 3 times in a `GRUCell`, 4 times in an `LSTMCell`. They are taken as one layer
only where the cells are of these classes, whose gates are in a known order.
"""

from __future__ import annotations

import re

from padiff.kind import Kind
from padiff.kinds import GRU, LSTM, RNN
from padiff.layout import Layout
from padiff.protocols import Array, Tensors

__all__ = ["LAYOUTS"]

_NAME = re.compile(r"(?P<layer>\d+)\.(?P<cell>cell|cell_fw|cell_bw)\.(?P<tensor>\w+)")
_FLAT_NAMES = ("weight_*_l[0-9]*", "bias_*_l[0-9]*")
_KIND_OF_GATES = {1: RNN, 3: GRU, 4: LSTM}


def _in_cell(start: str, name: str, array: Array) -> tuple[str, Array]:
    if name == "weight_ho":
        return f"{start}.weight_hr", array.T
    return f"{start}.{name}", array


def _recurrent(tensors: Tensors) -> dict[str, Array]:
    views = {}
    for name, array in tensors.items():
        if found := _NAME.fullmatch(name):
            direction = "reverse" if found["cell"] == "cell_bw" else "forward"
            canonical, view = _in_cell(f"{found['layer']}.{direction}", found["tensor"], array)
            views[canonical] = view
    return views


def _cell(tensors: Tensors) -> dict[str, Array]:
    return dict(_in_cell("0.forward", name, array) for name, array in tensors.items())


def _wrapped(tensors: Tensors) -> dict[str, Array]:
    return _recurrent({f"0.{name}": array for name, array in tensors.items()})


def _kind_of_cell(tensors: Tensors) -> Kind:
    (cell, *_) = (name.partition(".")[0] for name in tensors)
    if f"{cell}.weight_ho" in tensors:
        return LSTM
    stacked, hidden = tensors[f"{cell}.weight_hh"].shape
    return _KIND_OF_GATES[stacked // hidden]


_CELLS = {"SimpleRNNCell": RNN, "LSTMCell": LSTM, "GRUCell": GRU}
_CELL_CLASSES = tuple(f"paddle.nn.{name}" for name in _CELLS)


def _wrapper(*cells: str) -> Layout:
    return Layout(
        _kind_of_cell,
        _wrapped,
        kinds=tuple(_CELLS.values()),
        parts=dict.fromkeys(cells, _CELL_CLASSES),
    )


LAYOUTS = {
    **{
        f"paddle.nn.{name}": Layout(
            kind, _recurrent, recomputed=("_dropout_state",), aliases=_FLAT_NAMES
        )
        for name, kind in (("SimpleRNN", RNN), ("LSTM", LSTM), ("GRU", GRU))
    },
    **{f"paddle.nn.{name}": Layout(kind, _cell) for name, kind in _CELLS.items()},
    "paddle.nn.RNN": _wrapper("cell"),
    "paddle.nn.BiRNN": _wrapper("cell_fw", "cell_bw"),
}
