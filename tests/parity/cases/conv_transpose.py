"""Rows 36 to 42: ConvTranspose in one, two and three dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import paddle.nn as pnn
import torch
from torch import nn

from .case import Case
from .inputs import Inputs, normals
from .lazy import materialised

KERNEL: Final = (3, 2, 1)
SIZE: Final = (6, 5, 4)


def images(channels: int, dimensions: int) -> Inputs:
    """Two images of `channels`, channels first."""
    return normals(x=(2, channels, *SIZE[:dimensions]))


def of_dimensions(n: int) -> Iterator[Case]:
    """The two rows that exist for each number of dimensions."""
    row = 36 + 2 * (n - 1)
    kernel = KERNEL[:n]
    torch_conv, paddle_conv = getattr(nn, f"ConvTranspose{n}d"), getattr(pnn, f"Conv{n}DTranspose")
    yield Case(
        row,
        f"ConvTranspose{n}d",
        partial(torch_conv, 3, 5, kernel),
        partial(paddle_conv, 3, 5, kernel),
        images(3, n),
    )
    # The two classes order groups and dilation differently, so both are given by keyword.
    strided = {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2, "dilation": 2}
    yield Case(
        row + 1,
        f"ConvTranspose{n}d stride/pad/outpad/dilation/groups",
        partial(torch_conv, 4, 6, kernel, **strided, bias=False),
        partial(paddle_conv, 4, 6, kernel, **strided, bias_attr=False),
        images(4, n),
    )


CASES: Final = (
    *of_dimensions(1),
    *of_dimensions(2),
    *of_dimensions(3),
    Case(
        42,
        "LazyConvTranspose2d (after 1st forward)",
        lambda: materialised(nn.LazyConvTranspose2d(5, 3), torch.zeros(1, 3, 6, 5)),
        lambda: pnn.Conv2DTranspose(3, 5, 3),
        images(3, 2),
    ),
)
