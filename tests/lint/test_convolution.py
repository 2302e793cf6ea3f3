"""Settings of convolutions."""

from __future__ import annotations

from typing import Any, Final

import paddle.nn as pnn
import pytest
from torch import nn

from .differences import Difference, each, found, left
from .findings import lines

DIFFERENCES: Final = (
    Difference(
        "stride",
        lambda: nn.Conv2d(3, 5, 3, stride=2),
        lambda: pnn.Conv2D(3, 5, 3),
        "error: (root)   stride   torch (2, 2) = paddle 2; found paddle [1, 1]   write stride=2",
        lambda: pnn.Conv2D(3, 5, 3, stride=2),
    ),
    Difference(
        "stride of one axis",
        lambda: pnn.Conv2D(3, 5, 3, stride=(2, 1)),
        lambda: nn.Conv2d(3, 5, 3, stride=2),
        "error: (root)   stride   paddle [2, 1] = torch (2, 1); found torch (2, 2)   "
        "write stride=(2, 1)",
        lambda: nn.Conv2d(3, 5, 3, stride=(2, 1)),
    ),
    Difference(
        "padding",
        lambda: nn.Conv2d(3, 5, 3, padding=(2, 1)),
        lambda: pnn.Conv2D(3, 5, 3),
        "error: (root)   padding   torch (2, 1) = paddle (2, 1); found paddle 0   "
        "write padding=(2, 1)",
        lambda: pnn.Conv2D(3, 5, 3, padding=(2, 1)),
    ),
    Difference(
        "padding 'same' of an even kernel",
        lambda: nn.Conv2d(3, 5, (4, 2), padding="same"),
        lambda: pnn.Conv2D(3, 5, (4, 2)),
        "error: (root)   padding   torch 'same' = paddle [1, 2, 0, 1]; found paddle 0   "
        "write padding=[1, 2, 0, 1]",
        lambda: pnn.Conv2D(3, 5, (4, 2), padding=[1, 2, 0, 1]),
    ),
    Difference(
        "padding of one end",
        lambda: pnn.Conv2D(3, 5, 3, padding=[1, 0, 1, 0]),
        lambda: nn.Conv2d(3, 5, 3),
        "error: (root)   padding   paddle [1, 0, 1, 0]; torch (0, 0)   "
        "torch pads both ends alike: pad the input with F.pad before the layer",
    ),
    Difference(
        "padding that depends on the input",
        lambda: pnn.Conv2D(3, 5, 3, stride=2, padding="SAME"),
        lambda: pnn.Conv2D(3, 5, 3, stride=2, padding=1),
        "error: (root)   padding   base 'SAME'; raw 1   write padding='SAME'",
        lambda: pnn.Conv2D(3, 5, 3, stride=2, padding="SAME"),
    ),
    Difference(
        "dilation",
        lambda: nn.Conv1d(3, 5, 3, dilation=2),
        lambda: pnn.Conv1D(3, 5, 3),
        "error: (root)   dilation   torch (2,) = paddle 2; found paddle [1]   write dilation=2",
        lambda: pnn.Conv1D(3, 5, 3, dilation=2),
    ),
    Difference(
        "groups",
        lambda: nn.ConvTranspose2d(4, 6, 3, groups=2),
        lambda: pnn.Conv2DTranspose(4, 3, 3),
        "error: (root)   groups   torch 2 = paddle 2; found paddle 1   write groups=2",
        lambda: pnn.Conv2DTranspose(4, 6, 3, groups=2),
    ),
    Difference(
        "padding mode",
        lambda: nn.Conv2d(3, 5, 3, padding=1, padding_mode="reflect"),
        lambda: pnn.Conv2D(3, 5, 3, padding=1),
        "error: (root)   padding_mode   torch 'reflect' = paddle 'reflect'; found paddle 'zeros'   "
        "write padding_mode='reflect'",
        lambda: pnn.Conv2D(3, 5, 3, padding=1, padding_mode="reflect"),
    ),
    Difference(
        "output padding",
        lambda: nn.ConvTranspose2d(3, 5, 3, stride=2, output_padding=1),
        lambda: pnn.Conv2DTranspose(3, 5, 3, stride=2),
        "error: (root)   output_padding   torch (1, 1) = paddle 1; found paddle 0   "
        "write output_padding=1",
        lambda: pnn.Conv2DTranspose(3, 5, 3, stride=2, output_padding=1),
    ),
    Difference(
        "output padding, from paddle",
        lambda: pnn.Conv2DTranspose(3, 5, 3, stride=2, output_padding=[1, 0]),
        lambda: nn.ConvTranspose2d(3, 5, 3, stride=2),
        "error: (root)   output_padding   paddle [1, 0] = torch (1, 0); found torch (0, 0)   "
        "write output_padding=(1, 0)",
        lambda: nn.ConvTranspose2d(3, 5, 3, stride=2, output_padding=(1, 0)),
    ),
    Difference(
        "channels last",
        lambda: nn.Conv3d(3, 5, 2),
        lambda: pnn.Conv3D(3, 5, 2, data_format="NDHWC"),
        "info: (root)   channels   torch channels first = paddle 'NCDHW'; found paddle 'NDHWC'   "
        "write data_format='NCDHW', or transpose its inputs and outputs",
        lambda: pnn.Conv3D(3, 5, 2),
    ),
)


@each(DIFFERENCES)
def test_a_difference_is_named_and_its_advice_cures_it(difference: Difference) -> None:
    assert found(difference) == [difference.line]
    assert left(difference) == []


@pytest.mark.parametrize(
    ("torch_padding", "paddle_padding"),
    [
        ("valid", "VALID"),
        ("valid", 0),
        ("same", "SAME"),
        ("same", 1),
        (1, "same"),
        (1, [1, 1]),
        (1, [1, 1, 1, 1]),
        (1, [[0, 0], [0, 0], [1, 1], [1, 1]]),
        ((2, 1), (2, 1)),
        ((2, 1), [2, 2, 1, 1]),
        ((2, 1), [[0, 0], [0, 0], [2, 2], [1, 1]]),
    ],
)
def test_one_padding_has_many_spellings(torch_padding: Any, paddle_padding: Any) -> None:
    base = nn.Conv2d(3, 5, 3, padding=torch_padding)
    assert lines(base, pnn.Conv2D(3, 5, 3, padding=paddle_padding)) == []


def test_padding_is_spelled_with_the_channels_last_too() -> None:
    raw = pnn.Conv2D(3, 5, 3, padding=[[0, 0], [2, 2], [1, 1], [0, 0]], data_format="NHWC")
    (line,) = lines(nn.Conv2d(3, 5, 3, padding=(2, 1)), raw)
    assert "channels" in line
