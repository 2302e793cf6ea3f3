"""Convolutions: paddle's orders are the canonical ones, also with `data_format="NHWC"`.

* `Conv1D` to `Conv3D`: `weight` (out, in/groups, *kernel), `bias` (out,).
* `Conv1DTranspose` to `Conv3DTranspose`: `weight` (in, out/groups, *kernel), `bias` (out,).
* `sparse.nn.Conv2D`, `Conv3D`, `SubmConv2D`, `SubmConv3D`: `weight` (*kernel, in, out).
"""

from __future__ import annotations

import numpy as np

from padiff.kinds import CONV, CONV_TRANSPOSE, SUBMANIFOLD_CONV
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from padiff_paddle.layouts.reparametrised import reparametrisable

__all__ = ["LAYOUTS"]


def _sparse(tensors: Tensors) -> dict[str, Array]:
    return {
        name: np.moveaxis(array, (-1, -2), (0, 1)) if name == "weight" else array
        for name, array in tensors.items()
    }


LAYOUTS = {
    **{f"paddle.nn.Conv{n}D": reparametrisable(CONV, dict) for n in (1, 2, 3)},
    **{f"paddle.nn.Conv{n}DTranspose": reparametrisable(CONV_TRANSPOSE, dict) for n in (1, 2, 3)},
    **{f"paddle.sparse.nn.Conv{n}D": Layout(CONV, _sparse) for n in (2, 3)},
    **{f"paddle.sparse.nn.SubmConv{n}D": Layout(SUBMANIFOLD_CONV, _sparse) for n in (2, 3)},
}
