"""Rows 14 to 35: Conv in one, two and three dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import paddle
import paddle.nn as pnn
import torch
from torch import nn

from .case import Case, PaddleInputs
from .inputs import Inputs, normals
from .lazy import materialised

KERNEL: Final = (3, 2, 1)
SIZE: Final = (9, 8, 7)
PADDED: Final = ("reflect", "replicate", "circular")


def images(channels: int, dimensions: int) -> Inputs:
    """Two images of `channels`, channels first, no two axes of one size."""
    return normals(x=(2, channels, *SIZE[:dimensions]))


def channels_last(layer: Any, inputs: PaddleInputs) -> paddle.Tensor:
    """Run an NHWC layer on an NCHW image."""
    out: paddle.Tensor = layer(inputs["x"].transpose([0, 2, 3, 1]))
    return out.transpose([0, 3, 1, 2])


def of_dimensions(n: int) -> Iterator[Case]:
    """The six rows that exist for each number of dimensions."""
    row = 14 + 6 * (n - 1)
    kernel = KERNEL[:n]
    torch_conv, paddle_conv = getattr(nn, f"Conv{n}d"), getattr(pnn, f"Conv{n}D")
    yield Case(
        row,
        f"Conv{n}d",
        partial(torch_conv, 3, 5, kernel),
        partial(paddle_conv, 3, 5, kernel),
        images(3, n),
    )
    strided = {"stride": 2, "padding": 1, "dilation": 2, "groups": 2}
    yield Case(
        row + 1,
        f"Conv{n}d stride/pad/dilation/groups",
        partial(torch_conv, 4, 6, kernel, **strided),
        partial(paddle_conv, 4, 6, kernel, **strided),
        images(4, n),
    )
    yield Case(
        row + 2,
        f"Conv{n}d depthwise bias=False",
        partial(torch_conv, 4, 8, kernel, groups=4, bias=False),
        partial(paddle_conv, 4, 8, kernel, groups=4, bias_attr=False),
        images(4, n),
    )
    for offset, mode in enumerate(PADDED, 3):
        yield Case(
            row + offset,
            f"Conv{n}d padding_mode={mode}",
            partial(torch_conv, 3, 5, kernel, padding=2, padding_mode=mode),
            partial(paddle_conv, 3, 5, kernel, padding=2, padding_mode=mode),
            images(3, n),
        )


CASES: Final = (
    *of_dimensions(1),
    *of_dimensions(2),
    *of_dimensions(3),
    Case(
        32,
        "Conv2d padding='same', even kernel",
        lambda: nn.Conv2d(3, 5, (4, 2), padding="same"),
        lambda: pnn.Conv2D(3, 5, (4, 2), padding="SAME"),
        images(3, 2),
    ),
    Case(
        33,
        "Conv2d asymmetric padding",
        lambda: nn.Conv2d(3, 5, 3, padding=(2, 1)),
        lambda: pnn.Conv2D(3, 5, 3, padding=(2, 1)),
        images(3, 2),
    ),
    Case(
        34,
        "Conv2d / NHWC",
        lambda: nn.Conv2d(3, 5, (3, 2)),
        lambda: pnn.Conv2D(3, 5, (3, 2), data_format="NHWC"),
        images(3, 2),
        run_paddle=channels_last,
    ),
    Case(
        35,
        "LazyConv2d (after 1st forward)",
        lambda: materialised(nn.LazyConv2d(5, 3), torch.zeros(1, 3, 9, 8)),
        lambda: pnn.Conv2D(3, 5, 3),
        images(3, 2),
    ),
)
