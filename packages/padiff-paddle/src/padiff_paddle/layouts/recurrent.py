"""Recurrent layers: paddle keeps a cell for each layer and direction, `1.cell_bw.weight_ih`.

The same tensors also stand under flat names (`weight_ih_l1`), which are scrambled as soon as
`proj_size` is set or a bias is missing; only the cells' names are used here.
"""

from __future__ import annotations

import re

from padiff.kinds import LSTM
from padiff.layout import Layout
from padiff.protocols import Array, Tensors

__all__ = ["LAYOUTS"]

_NAME = re.compile(r"(?P<layer>\d+)\.(?P<cell>cell|cell_fw|cell_bw)\.(?P<tensor>\w+)")


def _recurrent(tensors: Tensors) -> dict[str, Array]:
    views = {}
    for name, array in tensors.items():
        if found := _NAME.fullmatch(name):
            direction = "reverse" if found["cell"] == "cell_bw" else "forward"
            projection = found["tensor"] == "weight_ho"  # (hidden, proj); torch's is (proj, hidden)
            tensor = "weight_hr" if projection else found["tensor"]
            views[f"{found['layer']}.{direction}.{tensor}"] = array.T if projection else array
    return views


_FLAT_NAMES = ("weight_*_l[0-9]*", "bias_*_l[0-9]*")
LAYOUTS = {
    "paddle.nn.LSTM": Layout(LSTM, _recurrent, recomputed=("_dropout_state",), aliases=_FLAT_NAMES),
}
