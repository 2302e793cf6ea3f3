"""Settings of attention and of Transformer layers."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import paddle.compat.nn as cnn
import paddle.nn as pnn
import pytest
from torch import nn
from torch.nn import functional

import padiff

from .differences import Difference, each, found, left
from .findings import lines

TORCH: Final = partial(nn.MultiheadAttention, 6, 2, batch_first=True)
ENCODER: Final = partial(nn.TransformerEncoderLayer, 6, 2, 10, 0.0, batch_first=True)
DECODER: Final = partial(nn.TransformerDecoderLayer, 6, 2, 10, 0.0, batch_first=True)

DIFFERENCES: Final = (
    Difference(
        "heads",
        TORCH,
        lambda: pnn.MultiHeadAttention(6, 3),
        "error: (root)   num_heads   torch 2 = paddle 2; found paddle 3   write num_heads=2",
        lambda: pnn.MultiHeadAttention(6, 2),
    ),
    Difference(
        "dropout",
        TORCH,
        lambda: pnn.MultiHeadAttention(6, 2, dropout=0.1),
        "warning: (root)   dropout   torch 0.0 = paddle 0.0; found paddle 0.1   write dropout=0.0",
        lambda: pnn.MultiHeadAttention(6, 2, dropout=0.0),
    ),
    Difference(
        "time first, where paddle knows no other way",
        lambda: nn.MultiheadAttention(6, 2),
        lambda: pnn.MultiHeadAttention(6, 2),
        "info: (root)   batch_first   torch False; paddle always batch first   "
        "transpose the first two axes of its inputs and outputs",
    ),
    Difference(
        "time first, where paddle has the choice",
        lambda: nn.MultiheadAttention(6, 2),
        lambda: cnn.MultiheadAttention(6, 2, batch_first=True),
        "error: (root)   batch_first   torch False = paddle False; found paddle True   "
        "write batch_first=False, or transpose the first two axes of its inputs and outputs",
        lambda: cnn.MultiheadAttention(6, 2, batch_first=False),
    ),
    Difference(
        "zeros appended",
        partial(TORCH, add_zero_attn=True),
        lambda: pnn.MultiHeadAttention(6, 2),
        "error: (root)   add_zero_attn   torch True; paddle no zeros appended   "
        "paddle MultiHeadAttention has no argument for it",
        lambda: cnn.MultiheadAttention(6, 2, batch_first=True, add_zero_attn=True),
    ),
    Difference(
        "order of the norm",
        partial(ENCODER, norm_first=True),
        lambda: pnn.TransformerEncoderLayer(6, 2, 10, 0.0),
        "error: (root)   norm_first   torch True = paddle normalize_before=True; "
        "found paddle normalize_before=False   write normalize_before=True",
        lambda: pnn.TransformerEncoderLayer(6, 2, 10, 0.0, normalize_before=True),
    ),
    Difference(
        "order of the norm, from paddle",
        lambda: pnn.TransformerDecoderLayer(6, 2, 10, 0.0),
        partial(DECODER, norm_first=True),
        "error: (root)   norm_first   paddle normalize_before=False = torch False; "
        "found torch True   write norm_first=False",
        DECODER,
    ),
    Difference(
        "activation",
        partial(DECODER, activation="gelu"),
        lambda: pnn.TransformerDecoderLayer(6, 2, 10, 0.0),
        "error: (root)   activation   torch 'gelu' = paddle 'gelu'; found paddle 'relu'   "
        "write activation='gelu'",
        lambda: pnn.TransformerDecoderLayer(6, 2, 10, 0.0, activation="gelu"),
    ),
    Difference(
        "epsilon of a part",
        partial(ENCODER, layer_norm_eps=1e-6, norm_first=True),
        lambda: no_second_epsilon(normalize_before=True),
        "error: norm1   epsilon   torch 1e-06 = paddle 1e-06; found paddle 1e-05   "
        "write epsilon=1e-06",
        lambda: pnn.TransformerEncoderLayer(
            6, 2, 10, 0.0, normalize_before=True, layer_norm_eps=1e-6
        ),
    ),
)


def no_second_epsilon(**options: Any) -> pnn.Layer:
    layer = pnn.TransformerEncoderLayer(6, 2, 10, 0.0, layer_norm_eps=1e-6, **options)
    layer.norm1 = pnn.LayerNorm(6)
    return layer


@each(DIFFERENCES)
def test_a_difference_is_named_and_its_advice_cures_it(difference: Difference) -> None:
    assert found(difference) == [difference.line]
    assert left(difference) == []


@pytest.mark.parametrize(
    ("activation", "name"),
    [
        (functional.relu, "relu"),
        (nn.ReLU(), "relu"),
        (nn.GELU(), "gelu"),
        (functional.gelu, "gelu"),
    ],
    ids=["function", "module", "gelu module", "gelu function"],
)
def test_an_activation_may_be_a_function_or_a_module(activation: Any, name: str) -> None:
    raw = pnn.TransformerEncoderLayer(6, 2, 10, 0.0, activation=name)
    assert lines(ENCODER(activation=activation), raw) == []


def test_an_approximated_activation_is_another() -> None:
    base = ENCODER(activation=partial(functional.gelu, approximate="tanh"))
    raw = pnn.TransformerEncoderLayer(6, 2, 10, 0.0, activation="gelu")
    (line,) = lines(base, raw)
    assert "torch 'gelu, approximate=tanh'" in line
    assert lines(ENCODER(activation=nn.GELU(approximate="tanh")), raw) == [line]


def test_dropout_of_every_place_is_compared() -> None:
    base = nn.TransformerEncoderLayer(6, 2, 10, 0.1, batch_first=True)
    raw = pnn.TransformerEncoderLayer(6, 2, 10, 0.2)
    assert [line.split("   ")[:2] for line in lines(base, raw)] == [
        ["warning: self_attn", "dropout"],
        ["warning: dropout", "p"],
        ["warning: dropout1", "p"],
        ["warning: dropout2", "p"],
    ]


def test_boolean_masks_are_noted_where_true_means_the_opposite() -> None:
    (note,) = padiff.lint(TORCH(), pnn.MultiHeadAttention(6, 2)).findings
    assert str(note) == (
        "(root)   bool_mask   torch masks out where True; paddle keeps where True   "
        "invert boolean masks, or pass float masks, which are added on both sides"
    )
    assert note.severity == "info"
    assert padiff.lint(TORCH(), cnn.MultiheadAttention(6, 2, batch_first=True)).findings == ()
    (other,) = padiff.lint(
        pnn.MultiHeadAttention(6, 2), cnn.MultiheadAttention(6, 2, batch_first=True)
    ).findings
    assert other.what == "base keeps where True; raw masks out where True"
