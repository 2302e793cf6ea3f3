"""Layers that multiply by a matrix: paddle stores a Linear's as (in, out), canonical is (out, in).

* `Linear`: `weight` (in, out), `bias` (out,). `incubate.nn.FusedLinear` the same, but with
  `transpose_weight=True` it stores (out, in).
* `compat.nn.Linear`, which is named Linear too: `weight` (out, in), as torch does.
* `Bilinear`: `weight` (out, in1, in2), `bias` (1, out).
"""

from __future__ import annotations

from dataclasses import replace

from padiff.kinds import BILINEAR, LINEAR
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from padiff_paddle.layouts.reparametrised import reparametrisable

__all__ = ["LAYOUTS"]


def _linear(tensors: Tensors) -> dict[str, Array]:
    return {name: array.T if name == "weight" else array for name, array in tensors.items()}


def _bilinear(tensors: Tensors) -> dict[str, Array]:
    return {name: array.reshape(-1) if name == "bias" else array for name, array in tensors.items()}


_IN_OUT = reparametrisable(LINEAR, _linear)
_OUT_IN = reparametrisable(LINEAR, dict)
LAYOUTS = {
    "paddle.nn.Linear": _IN_OUT,
    "paddle.compat.nn.Linear": _OUT_IN,
    "paddle.incubate.nn.FusedLinear": replace(_IN_OUT, variants={"transpose_weight": _OUT_IN}),
    "paddle.nn.Bilinear": Layout(BILINEAR, _bilinear),
}
