"""Linear layers: paddle stores the weight as (in, out); the canonical order is (out, in).

`paddle.compat.nn.Linear` is named Linear too and stores it as torch does.
"""

from __future__ import annotations

from padiff.kinds import LINEAR
from padiff.layout import Layout
from padiff.protocols import Array, Tensors

__all__ = ["LAYOUTS"]


def _linear(tensors: Tensors) -> dict[str, Array]:
    return {name: array.T if name == "weight" else array for name, array in tensors.items()}


def _compat_linear(tensors: Tensors) -> dict[str, Array]:
    return dict(tensors)


LAYOUTS = {
    "paddle.nn.Linear": Layout(LINEAR, _linear),
    "paddle.compat.nn.Linear": Layout(LINEAR, _compat_linear),
}
