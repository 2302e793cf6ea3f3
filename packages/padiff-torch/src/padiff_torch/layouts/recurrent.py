"""Recurrent layers: torch packs layer and direction into the name, `weight_ih_l1_reverse`.

Gates are stacked along the first axis, i f g o in an LSTM; paddle keeps the same order.
"""

from __future__ import annotations

import re

from padiff.kinds import LSTM
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


LAYOUTS = {"torch.nn.LSTM": Layout(LSTM, _recurrent)}
