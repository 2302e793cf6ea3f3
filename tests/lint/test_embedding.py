"""Settings of embeddings, and the row that stands for padding."""

from __future__ import annotations

from typing import Any, Final

import paddle
import paddle.nn as pnn
import pytest
import torch
from torch import nn

import padiff
from tests.small import in_paddle, in_torch

from .differences import Difference, each, found, left
from .findings import lines

DIFFERENCES: Final = (
    Difference(
        "padding index",
        lambda: nn.Embedding(10, 4, padding_idx=2),
        lambda: pnn.Embedding(10, 4, padding_idx=3),
        "error: (root)   padding_idx   torch 2 = paddle 2; found paddle 3   write padding_idx=2",
        lambda: pnn.Embedding(10, 4, padding_idx=2),
    ),
    Difference(
        "no padding index",
        lambda: nn.Embedding(10, 4),
        lambda: pnn.Embedding(10, 4, padding_idx=0),
        "error: (root)   padding_idx   torch None = paddle None; found paddle 0   "
        "write padding_idx=None",
        lambda: pnn.Embedding(10, 4),
    ),
    Difference(
        "negative padding index",
        lambda: pnn.Embedding(10, 4, padding_idx=-1),
        lambda: nn.Embedding(10, 4, padding_idx=1),
        "error: (root)   padding_idx   paddle -1 = torch 9; found torch 1   write padding_idx=9",
        lambda: nn.Embedding(10, 4, padding_idx=-1),
    ),
    Difference(
        "largest norm",
        lambda: nn.Embedding(10, 4, max_norm=1.0),
        lambda: pnn.Embedding(10, 4),
        "error: (root)   max_norm   torch 1.0 = paddle 1.0; found paddle None   write max_norm=1.0",
        lambda: pnn.Embedding(10, 4, max_norm=1),
    ),
    Difference(
        "kind of norm",
        lambda: nn.Embedding(10, 4, max_norm=1.0, norm_type=1.0),
        lambda: pnn.Embedding(10, 4, max_norm=1.0),
        "error: (root)   norm_type   torch 1.0 = paddle 1.0; found paddle 2.0   write norm_type=1.0",
        lambda: pnn.Embedding(10, 4, max_norm=1.0, norm_type=1.0),
    ),
    Difference(
        "gradient by frequency",
        lambda: nn.Embedding(10, 4),
        lambda: pnn.Embedding(10, 4, scale_grad_by_freq=True),
        "warning: (root)   scale_grad_by_freq   torch False = paddle False; found paddle True   "
        "write scale_grad_by_freq=False",
        lambda: pnn.Embedding(10, 4),
    ),
    Difference(
        "bag",
        lambda: nn.EmbeddingBag(10, 4, mode="sum"),
        lambda: pnn.Embedding(10, 4),
        "info: (root)   reduction   torch 'sum'; paddle no reduction   "
        "reduce what raw returns in the same way",
    ),
    Difference(
        "mode of a bag",
        lambda: nn.EmbeddingBag(10, 4, mode="sum"),
        lambda: nn.EmbeddingBag(10, 4),
        "error: (root)   reduction   base 'sum'; raw 'mean'   write mode='sum', "
        "or reduce what raw returns in the same way",
        lambda: nn.EmbeddingBag(10, 4, mode="sum"),
    ),
)


@each(DIFFERENCES)
def test_a_difference_is_named_and_its_advice_cures_it(difference: Difference) -> None:
    assert found(difference) == [difference.line]
    assert left(difference) == []


def test_a_kind_of_norm_means_nothing_without_a_largest_norm() -> None:
    assert lines(nn.Embedding(10, 4, norm_type=1.0), pnn.Embedding(10, 4)) == []


def embeddings(row: float) -> tuple[Any, Any]:
    base = in_torch.Model(embed=nn.Embedding(10, 4, padding_idx=0))
    raw = in_paddle.Model(embed=pnn.Embedding(10, 4, padding_idx=0))
    with torch.no_grad():
        base.embed.weight[0] = row
    return base, raw


def test_a_padding_row_that_is_not_zero_is_read_from_base() -> None:
    assert lines(*embeddings(0.5)) == [
        (
            "error: embed   padding_idx=0, and row 0 of the weight is not zero: "
            "paddle returns zeros there, torch returns the row   "
            "zero the row in base, or leave padding_idx out on the side that returns zeros"
        )
    ]
    assert lines(*embeddings(0.0)) == []


def test_a_padding_row_that_only_base_has_is_one_difference_and_not_two() -> None:
    base, _ = embeddings(0.5)
    for padding in (None, 1):
        raw = in_paddle.Model(embed=pnn.Embedding(10, 4, padding_idx=padding))
        (line,) = lines(base, raw)
        assert line.startswith("error: embed   padding_idx   torch 0 = paddle 0; found")


def test_raws_own_padding_row_does_not_matter() -> None:
    base, raw = embeddings(0.0)
    raw.embed.weight.set_value(paddle.ones([10, 4]))
    assert lines(base, raw) == []


@pytest.mark.parametrize("side", [nn.Embedding, pnn.Embedding], ids=["torch", "paddle"])
def test_within_a_framework_the_padding_row_does_not_matter(side: Any) -> None:
    base = side(10, 4, padding_idx=0)
    if side is pnn.Embedding:
        base.weight.set_value(paddle.ones([10, 4]))
    else:
        nn.init.ones_(base.weight)
    assert lines(base, side(10, 4, padding_idx=0)) == []


def test_a_weight_without_values_is_not_read() -> None:
    base = nn.Embedding(10, 4, padding_idx=0, device="meta")
    assert padiff.lint(base, pnn.Embedding(10, 4, padding_idx=0)).findings == ()
