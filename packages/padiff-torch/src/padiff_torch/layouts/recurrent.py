"""Recurrent layers: torch packs layer and direction into the name, `weight_ih_l1_reverse`.

With `gates` of 1 (`RNN`), 4 (`LSTM`: i f g o) or 3 (`GRU`: r z n), for each layer and direction:

| canonical | torch | shape |
|---|---|---|
| `1.reverse.weight_ih` | `weight_ih_l1_reverse` | (gates*hidden, in) |
| `1.reverse.weight_hh` | `weight_hh_l1_reverse` | (gates*hidden, hidden), or (4*hidden, proj) |
| `1.reverse.bias_ih`, `.bias_hh` | `bias_ih_l1_reverse`, `bias_hh_l1_reverse` | (gates*hidden,) |
| `1.reverse.weight_hr` | `weight_hr_l1_reverse` | (proj, hidden), of an LSTM with `proj_size` |

A cell has the same tensors without a suffix; it is layer 0, direction `forward`.
"""

from __future__ import annotations

import re

from padiff.kinds import GRU, LSTM, RNN
from padiff.layout import Layout
from padiff.protocols import Array, Tensors

__all__ = ["LAYOUTS"]

_NAME = re.compile(r"(?P<tensor>(?:weight|bias)_[a-z]+)_l(?P<layer>\d+)(?P<reverse>_reverse)?")


def _canonical_name(name: str) -> str:
    if (found := _NAME.fullmatch(name)) is None:
        raise KeyError(name)
    direction = "reverse" if found["reverse"] else "forward"
    return f"{found['layer']}.{direction}.{found['tensor']}"


def _recurrent(tensors: Tensors) -> dict[str, Array]:
    return {_canonical_name(name): array for name, array in tensors.items()}


def _cell(tensors: Tensors) -> dict[str, Array]:
    return {f"0.forward.{name}": array for name, array in tensors.items()}


_KINDS = (("RNN", RNN), ("LSTM", LSTM), ("GRU", GRU))
LAYOUTS = {
    **{f"torch.nn.{name}": Layout(kind, _recurrent) for name, kind in _KINDS},
    **{f"torch.nn.{name}Cell": Layout(kind, _cell) for name, kind in _KINDS},
}
