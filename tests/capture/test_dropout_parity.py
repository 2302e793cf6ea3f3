"""Two streams of one seed drop the same elements of the same tensor in torch and in paddle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import paddle
import pytest
import torch
from paddle.nn import functional as paddle_functional
from torch.nn import functional as torch_functional

import padiff
from padiff_paddle.dropout import synced_dropout as synced_in_paddle
from padiff_torch.dropout import synced_dropout as synced_in_torch
from tests.capture.streams import Stream

TF, PF = torch_functional, paddle_functional
attend: Any = PF.scaled_dot_product_attention
Function = Callable[[Any], Any]


def _heads(x: Any) -> Any:
    """paddle's attention takes (batch, length, head, feature), torch's (batch, head, length, ...)."""
    return x.transpose([0, 2, 1, 3])


FUNCTIONS: dict[str, tuple[Function, Function, tuple[int, ...]]] = {
    "dropout": (lambda x: TF.dropout(x, 0.3), lambda x: PF.dropout(x, 0.3), (2, 6, 4)),
    "dropout in place": (
        lambda x: TF.dropout(x * 1, 0.3, inplace=True),
        lambda x: PF.dropout(x * 1, 0.3, inplace=True),
        (2, 6, 4),
    ),
    "dropout2d": (lambda x: TF.dropout2d(x, 0.3), lambda x: PF.dropout2d(x, 0.3), (2, 6, 4, 5)),
    "dropout2d, channels last": (
        lambda x: TF.dropout2d(x.permute(0, 3, 1, 2), 0.3).permute(0, 2, 3, 1),
        lambda x: PF.dropout2d(x, 0.3, data_format="NHWC"),
        (2, 4, 5, 6),
    ),
    "dropout3d": (lambda x: TF.dropout3d(x, 0.3), lambda x: PF.dropout3d(x, 0.3), (2, 6, 4, 5, 3)),
    "dropout of a transpose": (
        lambda x: TF.dropout(x.transpose(1, 2), 0.3),
        lambda x: PF.dropout(x.transpose([0, 2, 1]), 0.3),
        (2, 6, 4),
    ),
    "alpha_dropout": (
        lambda x: TF.alpha_dropout(x, 0.3, training=True),
        lambda x: PF.alpha_dropout(x, 0.3),
        (2, 6, 4),
    ),
    "alpha_dropout of nothing": (
        lambda x: TF.alpha_dropout(x, 0.0, training=True),
        lambda x: PF.alpha_dropout(x, 0.0),
        (2, 6, 4),
    ),
    "feature_alpha_dropout": (
        lambda x: TF.feature_alpha_dropout(x, 0.3, training=True),
        lambda x: PF.feature_alpha_dropout(x, 0.3),
        (2, 6, 4),
    ),
    "scaled_dot_product_attention": (
        lambda x: TF.scaled_dot_product_attention(x, x, x, dropout_p=0.3),
        lambda x: _heads(attend(_heads(x), _heads(x), _heads(x), None, 0.3)),
        (2, 3, 5, 4),
    ),
}


def agree(in_torch: Function, in_paddle: Function, shape: tuple[int, ...]) -> None:
    """Both give the same for the same, with the same gradient, from as many numbers."""
    values = np.random.default_rng(1).standard_normal(shape, np.float32)
    x, y = torch.tensor(values, requires_grad=True), paddle.to_tensor(values, stop_gradient=False)
    ours, theirs = Stream(), Stream()
    with synced_in_torch(ours):
        expected = in_torch(x)
    with synced_in_paddle(theirs):
        result = in_paddle(y)
    assert ours.sizes == theirs.sizes
    assert np.allclose(expected.detach().numpy(), result.numpy(), atol=1e-5)
    weights = np.random.default_rng(2).standard_normal(result.shape, np.float32)
    (expected * torch.tensor(weights)).sum().backward()
    (result * paddle.to_tensor(weights)).sum().backward()
    assert x.grad is not None
    assert np.allclose(x.grad, np.asarray(y.grad), atol=1e-5)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_drop_the_same(name: str) -> None:
    agree(*FUNCTIONS[name])


@pytest.mark.parametrize(
    "layers",
    [
        (torch.nn.Dropout(0.3), paddle.nn.Dropout(0.3), (2, 3)),
        (torch.nn.Dropout2d(0.3), paddle.nn.Dropout2D(0.3), (2, 6, 3, 3)),
        (torch.nn.Dropout3d(0.3), paddle.nn.Dropout3D(0.3), (2, 6, 3, 3, 2)),
        (torch.nn.AlphaDropout(0.3), paddle.nn.AlphaDropout(0.3), (2, 6)),
        (torch.nn.FeatureAlphaDropout(0.3), paddle.nn.FeatureAlphaDropout(0.3), (2, 6, 3, 3)),
    ],
    ids=lambda layers: type(layers[0]).__name__,
)
def test_layers_drop_the_same(layers: tuple[Any, Any, tuple[int, ...]]) -> None:
    agree(*layers)


def pair(in_torch: Any, in_paddle: Any) -> tuple[Any, Any]:
    padiff.assign_weight(in_torch, in_paddle)
    return in_torch, in_paddle


@pytest.mark.parametrize("name", ["LSTM", "GRU", "RNN"])
@pytest.mark.parametrize("time_major", [False, True], ids=["batch first", "time first"])
@pytest.mark.parametrize("both_ways", [False, True], ids=["one way", "both ways"])
def test_recurrent_layers_drop_the_same(name: str, time_major: bool, both_ways: bool) -> None:
    in_torch, in_paddle = pair(
        getattr(torch.nn, name)(
            4, 3, 3, dropout=0.3, batch_first=not time_major, bidirectional=both_ways
        ),
        getattr(paddle.nn, name.replace("RNN", "SimpleRNN"))(
            4,
            3,
            3,
            dropout=0.3,
            time_major=time_major,
            direction="bidirect" if both_ways else "forward",
        ),
    )
    agree(lambda x: in_torch(x)[0], lambda x: in_paddle(x)[0], (2, 6, 4))
    agree(lambda x: in_torch(x)[1][0], lambda x: in_paddle(x)[1][0], (2, 6, 4))


@pytest.mark.filterwarnings("ignore:LSTM with projections:UserWarning")
@pytest.mark.parametrize("time_major", [False, True], ids=["batch first", "time first"])
def test_recurrent_layers_that_paddle_computes_in_python_drop_the_same(time_major: bool) -> None:
    in_torch, in_paddle = pair(
        torch.nn.LSTM(4, 3, 2, dropout=0.3, proj_size=2, batch_first=not time_major),
        paddle.nn.LSTM(4, 3, 2, dropout=0.3, proj_size=2, time_major=time_major),
    )
    agree(lambda x: in_torch(x)[0], lambda x: in_paddle(x)[0], (2, 6, 4))


@pytest.mark.parametrize("need_weights", [True, False])
def test_attention_drops_the_same(need_weights: bool) -> None:
    in_torch, in_paddle = pair(
        torch.nn.MultiheadAttention(4, 2, dropout=0.3, batch_first=True),
        paddle.nn.MultiHeadAttention(4, 2, dropout=0.3),
    )
    agree(
        lambda x: in_torch(x, x, x, need_weights=need_weights)[0],
        lambda x: in_paddle(x, x, x),
        (2, 6, 4),
    )


def test_transformers_drop_the_same() -> None:
    in_torch, in_paddle = pair(
        torch.nn.TransformerEncoder(
            torch.nn.TransformerEncoderLayer(4, 2, 8, 0.3, batch_first=True), 2
        ),
        paddle.nn.TransformerEncoder(paddle.nn.TransformerEncoderLayer(4, 2, 8, 0.3), 2),
    )
    agree(in_torch, in_paddle, (2, 6, 4))


def test_paddle_drops_a_channel_of_the_whole_batch_where_torch_drops_one_of_each_sample() -> None:
    values = np.ones((2, 6, 4), np.float32)
    ours, theirs = Stream(), Stream()
    with synced_in_torch(ours), synced_in_paddle(theirs):
        TF.dropout1d(torch.tensor(values), 0.3)
        PF.dropout1d(paddle.to_tensor(values), 0.3)
    assert ours.shapes == [(2, 6, 1)]
    assert theirs.shapes == [(1, 6, 1)]
