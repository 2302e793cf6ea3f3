"""Pooling and upsampling: the same settings give the same image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import paddle
import paddle.compat.nn as cnn
import paddle.nn as pnn
import pytest
import torch
from torch import nn

from .differences import Difference, each, found, left
from .findings import lines

Build = Callable[[], Any]

ALIKE: Final[tuple[tuple[str, Build, Build, int], ...]] = (
    ("average, 1 axis", lambda: nn.AvgPool1d(2), lambda: pnn.AvgPool1D(2), 1),
    ("average, 3 axes", lambda: nn.AvgPool3d(2), lambda: pnn.AvgPool3D(2), 3),
    (
        "average, padding counted",
        lambda: nn.AvgPool2d(3, 2, 1),
        lambda: pnn.AvgPool2D(3, 2, 1, exclusive=False),
        2,
    ),
    (
        "average, padding left out",
        lambda: nn.AvgPool2d(3, 2, 1, count_include_pad=False),
        lambda: pnn.AvgPool2D((3, 3), (2, 2), (1, 1)),
        2,
    ),
    ("average, compat", lambda: nn.AvgPool2d(3, 2, 1), lambda: cnn.AvgPool2D(3, 2, 1), 2),
    ("maximum, 1 axis", lambda: nn.MaxPool1d(2), lambda: pnn.MaxPool1D(2), 1),
    ("maximum", lambda: nn.MaxPool2d(3, 2, 1), lambda: pnn.MaxPool2D(3, 2, 1), 2),
    (
        "maximum, hanging over",
        lambda: nn.MaxPool2d((3, 2), ceil_mode=True),
        lambda: pnn.MaxPool2D((3, 2), ceil_mode=True),
        2,
    ),
    (
        "adaptive average",
        lambda: nn.AdaptiveAvgPool2d((1, 2)),
        lambda: pnn.AdaptiveAvgPool2D((1, 2)),
        2,
    ),
    (
        "adaptive average, 1 axis",
        lambda: nn.AdaptiveAvgPool1d(2),
        lambda: pnn.AdaptiveAvgPool1D(2),
        1,
    ),
    (
        "adaptive maximum",
        lambda: nn.AdaptiveMaxPool2d(2),
        lambda: pnn.AdaptiveMaxPool2D((2, 2)),
        2,
    ),
    (
        "adaptive maximum, 1 axis",
        lambda: nn.AdaptiveMaxPool1d(2),
        lambda: pnn.AdaptiveMaxPool1D(2),
        1,
    ),
    (
        "nearest",
        lambda: nn.Upsample(scale_factor=2),
        lambda: pnn.Upsample(scale_factor=[2, 2]),
        2,
    ),
    (
        "bilinear",
        lambda: nn.Upsample(scale_factor=2, mode="bilinear"),
        lambda: pnn.Upsample(scale_factor=2, mode="bilinear"),
        2,
    ),
    (
        "bilinear, corners aligned",
        lambda: nn.Upsample(size=(9, 8), mode="bilinear", align_corners=True),
        lambda: pnn.Upsample(size=[9, 8], mode="bilinear", align_corners=True),
        2,
    ),
    (
        "nearest of its own class",
        lambda: nn.UpsamplingNearest2d(scale_factor=2),
        lambda: pnn.UpsamplingNearest2D(scale_factor=2),
        2,
    ),
    (
        "bilinear of its own class",
        lambda: nn.UpsamplingBilinear2d(scale_factor=2),
        lambda: pnn.UpsamplingBilinear2D(scale_factor=2),
        2,
    ),
)


@pytest.mark.parametrize(
    ("base", "raw", "axes"), [row[1:] for row in ALIKE], ids=[row[0] for row in ALIKE]
)
def test_what_is_set_alike_computes_the_same(base: Build, raw: Build, axes: int) -> None:
    one, other = base(), raw()
    assert lines(one, other) == []
    shape = (2, 3, *(6, 5, 4)[:axes])
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    expected = one(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(other(paddle.to_tensor(x)).numpy(), expected, rtol=1e-5, atol=1e-6)


DIFFERENCES: Final = (
    Difference(
        "window",
        lambda: nn.MaxPool2d(3, 2),
        lambda: pnn.MaxPool2D(2, 2),
        "error: (root)   kernel   torch 3 = paddle 3; found paddle 2   write kernel_size=3",
        lambda: pnn.MaxPool2D(3, 2),
    ),
    Difference(
        "stride",
        lambda: nn.MaxPool2d(3, 2),
        lambda: pnn.MaxPool2D(3),
        "error: (root)   stride   torch 2 = paddle 2; found paddle None   write stride=2",
        lambda: pnn.MaxPool2D(3, 2),
    ),
    Difference(
        "padding",
        lambda: nn.MaxPool2d(3, 2, padding=1),
        lambda: pnn.MaxPool2D(3, 2, padding="VALID"),
        "error: (root)   padding   torch 1 = paddle 1; found paddle 'VALID'   write padding=1",
        lambda: pnn.MaxPool2D(3, 2, padding=[1, 1, 1, 1]),
    ),
    Difference(
        "end of the input",
        lambda: nn.AvgPool2d(3, 2, ceil_mode=True, count_include_pad=False),
        lambda: pnn.AvgPool2D(3, 2),
        "error: (root)   ceil_mode   torch True = paddle True; found paddle False   "
        "write ceil_mode=True",
        lambda: pnn.AvgPool2D(3, 2, ceil_mode=True),
    ),
    Difference(
        "counted padding",
        lambda: nn.AvgPool2d(3, 2, padding=1),
        lambda: pnn.AvgPool2D(3, 2, padding=1),
        "error: (root)   counts_padding   torch count_include_pad=True = paddle exclusive=False; "
        "found paddle exclusive=True   write exclusive=False",
        lambda: pnn.AvgPool2D(3, 2, padding=1, exclusive=False),
    ),
    Difference(
        "counted padding, from paddle",
        lambda: pnn.AvgPool1D(3, 2, padding=1),
        lambda: nn.AvgPool1d(3, 2, padding=1),
        "error: (root)   counts_padding   paddle exclusive=True = torch count_include_pad=False; "
        "found torch count_include_pad=True   write count_include_pad=False",
        lambda: nn.AvgPool1d(3, 2, padding=1, count_include_pad=False),
    ),
    Difference(
        "divisor",
        lambda: nn.AvgPool2d(2, divisor_override=3),
        lambda: pnn.AvgPool2D(2),
        "error: (root)   divisor   torch 3 = paddle 3; found paddle divisor_override=None   "
        "write divisor_override=3",
        lambda: pnn.AvgPool2D(2, divisor_override=3),
    ),
    Difference(
        "dilation",
        lambda: nn.MaxPool2d(3, dilation=2),
        lambda: pnn.MaxPool2D(3),
        "error: (root)   dilation   torch 2; paddle (1, 1)   "
        "paddle MaxPool2D has no argument for it",
    ),
    Difference(
        "indices",
        lambda: nn.MaxPool2d(3, return_indices=True),
        lambda: pnn.MaxPool2D(3),
        "error: (root)   indices   torch return_indices=True = paddle return_mask=True; "
        "found paddle return_mask=False   write return_mask=True",
        lambda: pnn.MaxPool2D(3, return_mask=True),
    ),
    Difference(
        "size of an adaptive output",
        lambda: nn.AdaptiveAvgPool2d(2),
        lambda: pnn.AdaptiveAvgPool2D((2, 3)),
        "error: (root)   output_size   torch 2 = paddle 2; found paddle (2, 3)   "
        "write output_size=2",
        lambda: pnn.AdaptiveAvgPool2D(2),
    ),
    Difference(
        "interpolation",
        lambda: nn.Upsample(scale_factor=2, mode="bicubic"),
        lambda: pnn.Upsample(scale_factor=2, mode="bilinear"),
        "error: (root)   mode   torch 'bicubic' = paddle 'bicubic'; found paddle 'bilinear'   "
        "write mode='bicubic'",
        lambda: pnn.Upsample(scale_factor=2, mode="bicubic"),
    ),
    Difference(
        "corners",
        lambda: nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
        lambda: pnn.Upsample(scale_factor=2, mode="bilinear"),
        "error: (root)   align_corners   torch True = paddle True; found paddle False   "
        "write align_corners=True",
        lambda: pnn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
    ),
    Difference(
        "centres",
        lambda: nn.Upsample(scale_factor=2, mode="bilinear"),
        lambda: pnn.Upsample(scale_factor=2, mode="bilinear", align_mode=1),
        "error: (root)   half_pixel   torch True = paddle 0; found paddle 1   write align_mode=0",
        lambda: pnn.Upsample(scale_factor=2, mode="bilinear", align_mode=0),
    ),
    Difference(
        "size",
        lambda: nn.Upsample(size=9),
        lambda: pnn.Upsample(size=[8, 8]),
        "error: (root)   size   torch 9 = paddle 9; found paddle [8, 8]   write size=9",
        lambda: pnn.Upsample(size=[9, 9]),
    ),
    Difference(
        "channels last",
        lambda: nn.AdaptiveAvgPool2d(2),
        lambda: pnn.AdaptiveAvgPool2D(2, data_format="NHWC"),
        "info: (root)   channels   torch channels first = paddle 'NCHW'; found paddle 'NHWC'   "
        "write data_format='NCHW', or transpose its inputs and outputs",
        lambda: pnn.AdaptiveAvgPool2D(2),
    ),
)


@each(DIFFERENCES)
def test_a_difference_is_named_and_its_advice_cures_it(difference: Difference) -> None:
    assert found(difference) == [difference.line]
    assert left(difference) == []


def test_padding_that_is_not_there_need_not_be_counted() -> None:
    assert lines(nn.AvgPool2d(3, 2), pnn.AvgPool2D(3, 2)) == []
