"""Beyond the table: paddle's layers for sparse tensors, run on tensors without a zero."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import paddle
from paddle.sparse import nn as sparse
from torch import nn

from .case import Case, PaddleInputs
from .conv import KERNEL, images
from .inputs import normals


def on_sparse(layer: Any, inputs: PaddleInputs) -> paddle.Tensor:
    """Run a layer that takes sparse tensors, channels last, on a dense one, channels first."""
    x = inputs["x"]
    last = [0, *range(2, x.ndim), 1]
    first = [0, x.ndim - 1, *range(1, x.ndim - 1)]
    out: paddle.Tensor = layer(x.transpose(last).to_sparse_coo(x.ndim - 1)).to_dense()
    return out.transpose(first)


def convolutions() -> Iterator[Case]:
    """Kernels are stored (*kernel, in, out)."""
    for row, n in enumerate((2, 3), 206):
        yield Case(
            row,
            f"Conv{n}d / sparse.nn.Conv{n}D",
            partial(getattr(nn, f"Conv{n}d"), 3, 5, KERNEL[:n]),
            partial(getattr(sparse, f"Conv{n}D"), 3, 5, KERNEL[:n]),
            images(3, n),
            run_paddle=on_sparse,
        )


CASES: Final = (
    *convolutions(),
    Case(
        208,
        "BatchNorm3d / sparse.nn.BatchNorm",
        lambda: nn.BatchNorm3d(5),
        lambda: sparse.BatchNorm(5),
        normals(x=(2, 5, 3, 4, 6)),
        run_paddle=on_sparse,
        torch_only=("num_batches_tracked",),
    ),
)
