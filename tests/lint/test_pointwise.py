"""Modules without tensors: the same kind computes the same, and its settings are compared."""

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

VECTOR: Final = (4, 6)
IMAGE: Final = (2, 4, 6, 5)

ALIKE: Final[tuple[tuple[str, Build, Build, tuple[int, ...]], ...]] = (
    ("relu", nn.ReLU, pnn.ReLU, VECTOR),
    ("relu6", nn.ReLU6, pnn.ReLU6, VECTOR),
    ("gelu", nn.GELU, pnn.GELU, VECTOR),
    (
        "gelu, approximated",
        lambda: nn.GELU(approximate="tanh"),
        lambda: pnn.GELU(approximate=True),
        VECTOR,
    ),
    ("leaky relu", nn.LeakyReLU, pnn.LeakyReLU, VECTOR),
    ("elu", nn.ELU, pnn.ELU, VECTOR),
    ("celu", lambda: nn.CELU(0.5), lambda: pnn.CELU(0.5), VECTOR),
    ("selu", nn.SELU, pnn.SELU, VECTOR),
    ("silu", nn.SiLU, pnn.Silu, VECTOR),
    ("swish", nn.SiLU, pnn.Swish, VECTOR),
    ("mish", nn.Mish, pnn.Mish, VECTOR),
    ("sigmoid", nn.Sigmoid, pnn.Sigmoid, VECTOR),
    ("log sigmoid", nn.LogSigmoid, pnn.LogSigmoid, VECTOR),
    ("tanh", nn.Tanh, pnn.Tanh, VECTOR),
    ("tanh shrink", nn.Tanhshrink, pnn.Tanhshrink, VECTOR),
    ("softmax", lambda: nn.Softmax(-1), pnn.Softmax, VECTOR),
    ("softmax, compat", lambda: nn.Softmax(0), lambda: cnn.Softmax(0), VECTOR),
    ("softmax over channels", nn.Softmax2d, pnn.Softmax2D, IMAGE),
    ("log softmax", lambda: nn.LogSoftmax(0), lambda: pnn.LogSoftmax(0), VECTOR),
    ("softplus", lambda: nn.Softplus(2, 1), lambda: pnn.Softplus(2, 1), VECTOR),
    ("soft shrink", nn.Softshrink, pnn.Softshrink, VECTOR),
    ("hard shrink", nn.Hardshrink, pnn.Hardshrink, VECTOR),
    ("hard sigmoid", nn.Hardsigmoid, pnn.Hardsigmoid, VECTOR),
    ("hard swish", nn.Hardswish, pnn.Hardswish, VECTOR),
    ("hard tanh", nn.Hardtanh, pnn.Hardtanh, VECTOR),
    ("threshold", lambda: nn.Threshold(1.0, 0.0), pnn.ThresholdedReLU, VECTOR),
    ("soft sign", nn.Softsign, pnn.Softsign, VECTOR),
    ("glu", nn.GLU, pnn.GLU, VECTOR),
    ("random leaky relu", nn.RReLU, pnn.RReLU, VECTOR),
    ("dropout", nn.Dropout, pnn.Dropout, VECTOR),
    ("dropout of channels", nn.Dropout2d, pnn.Dropout2D, IMAGE),
    ("alpha dropout", nn.AlphaDropout, pnn.AlphaDropout, VECTOR),
    ("feature alpha dropout", nn.FeatureAlphaDropout, pnn.FeatureAlphaDropout, IMAGE),
    ("identity", nn.Identity, pnn.Identity, VECTOR),
    ("identity for no dropout", nn.Identity, lambda: pnn.Dropout(0.0), VECTOR),
    ("flatten", nn.Flatten, pnn.Flatten, IMAGE),
    ("pixel shuffle", lambda: nn.PixelShuffle(2), lambda: pnn.PixelShuffle(2), IMAGE),
    (
        "pixel unshuffle",
        lambda: nn.PixelUnshuffle(2),
        lambda: pnn.PixelUnshuffle(2),
        (2, 3, 6, 4),
    ),
)


@pytest.mark.parametrize(
    ("base", "raw", "shape"), [row[1:] for row in ALIKE], ids=[row[0] for row in ALIKE]
)
def test_what_is_of_one_kind_and_set_alike_computes_the_same(
    base: Build, raw: Build, shape: tuple[int, ...]
) -> None:
    one, other = base().eval(), raw()
    other.eval()
    assert lines(one, other) == []
    x = np.random.default_rng(0).normal(0, 2, shape).astype(np.float32)
    expected = one(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(other(paddle.to_tensor(x)).numpy(), expected, rtol=1e-5, atol=1e-6)


DIFFERENCES: Final = (
    Difference(
        "form of a GELU",
        nn.GELU,
        lambda: pnn.GELU(approximate=True),
        "error: (root)   form   torch 'none' = paddle approximate=False; "
        "found paddle approximate=True   write approximate=False",
        pnn.GELU,
    ),
    Difference(
        "form of a GELU, from paddle",
        lambda: pnn.GELU(approximate=True),
        nn.GELU,
        "error: (root)   form   paddle approximate=True = torch 'tanh'; found torch 'none'   "
        "write approximate='tanh'",
        lambda: nn.GELU(approximate="tanh"),
    ),
    Difference(
        "slope",
        lambda: nn.LeakyReLU(0.2),
        pnn.LeakyReLU,
        "error: (root)   slope   torch 0.2 = paddle 0.2; found paddle 0.01   "
        "write negative_slope=0.2",
        lambda: pnn.LeakyReLU(0.2),
    ),
    Difference(
        "alpha",
        lambda: nn.ELU(0.5),
        pnn.ELU,
        "error: (root)   alpha   torch 0.5 = paddle 0.5; found paddle 1.0   write alpha=0.5",
        lambda: pnn.ELU(0.5),
    ),
    Difference(
        "a constant of SELU",
        nn.SELU,
        lambda: pnn.SELU(scale=1.05),
        "error: (root)   scale   torch 1.0507009873554805 = paddle 1.0507009873554805; "
        "found paddle 1.05   write scale=1.0507009873554805",
        pnn.SELU,
    ),
    Difference(
        "axis",
        lambda: nn.Softmax(dim=1),
        pnn.Softmax,
        "warning: (root)   axis   torch 1 = paddle 1; found paddle -1   write axis=1",
        lambda: pnn.Softmax(axis=1),
    ),
    Difference(
        "bound",
        nn.Hardtanh,
        lambda: pnn.Hardtanh(max=2.0),
        "error: (root)   maximum   torch 1.0 = paddle 1.0; found paddle 2.0   write max=1.0",
        pnn.Hardtanh,
    ),
    Difference(
        "threshold",
        lambda: nn.Softshrink(0.2),
        pnn.Softshrink,
        "error: (root)   threshold   torch 0.2 = paddle 0.2; found paddle 0.5   write threshold=0.2",
        lambda: pnn.Softshrink(0.2),
    ),
    Difference(
        "dropout probability",
        lambda: nn.Dropout(0.1),
        pnn.Dropout,
        "warning: (root)   p   torch 0.1 = paddle 0.1; found paddle 0.5   write p=0.1",
        lambda: pnn.Dropout(0.1),
    ),
    Difference(
        "identity for dropout",
        nn.Identity,
        lambda: pnn.Dropout(0.1),
        "warning: (root)   p   torch 0.0 = paddle 0.0; found paddle 0.1   write p=0.0",
        lambda: pnn.Dropout(0.0),
    ),
    Difference(
        "dropout that scales in eval()",
        nn.Dropout,
        lambda: pnn.Dropout(mode="downscale_in_infer"),
        "error: (root)   scaled_in   torch train = paddle 'upscale_in_train'; "
        "found paddle 'downscale_in_infer'   write mode='upscale_in_train'",
        lambda: pnn.Dropout(mode="upscale_in_train"),
    ),
    Difference(
        "dropout along an axis",
        nn.Dropout,
        lambda: pnn.Dropout(axis=1),
        "warning: (root)   axes   torch all = paddle axis=None; found paddle 1   write axis=None",
        pnn.Dropout,
    ),
    Difference(
        "flattened axes",
        nn.Flatten,
        lambda: pnn.Flatten(start_axis=0),
        "warning: (root)   start   torch 1 = paddle 1; found paddle 0   write start_axis=1",
        pnn.Flatten,
    ),
    Difference(
        "factor",
        lambda: nn.PixelShuffle(2),
        lambda: pnn.PixelShuffle(3),
        "error: (root)   factor   torch 2 = paddle 2; found paddle 3   write upscale_factor=2",
        lambda: pnn.PixelShuffle(2),
    ),
    Difference(
        "another function",
        nn.GELU,
        pnn.ReLU,
        "error: (root)   kind   torch GELU is gelu; paddle ReLU is relu   "
        "use layers that compute the same",
        pnn.GELU,
    ),
)


@each(DIFFERENCES)
def test_a_difference_is_named_and_its_advice_cures_it(difference: Difference) -> None:
    assert found(difference) == [difference.line]
    assert left(difference) == []


def test_the_mode_of_a_dropout_that_drops_nothing_means_nothing() -> None:
    assert lines(nn.Dropout(0.0), pnn.Dropout(0.0, mode="downscale_in_infer")) == []
