"""Memory in another order than usual is read and written as it is, and stays in that order."""

from __future__ import annotations

import paddle
import torch

import padiff
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal


def test_raws_strides_stay() -> None:
    raw = in_torch.Model(conv=torch.nn.Conv2d(3, 4, 2))
    raw.conv.weight.data = raw.conv.weight.data.contiguous(memory_format=torch.channels_last)
    strides = raw.conv.weight.stride()
    base = in_paddle.Model(conv=paddle.nn.Conv2D(3, 4, 2))
    padiff.assign_weight(base, raw)
    assert raw.conv.weight.stride() == strides
    assert raw.conv.weight.detach().numpy().tobytes() == base.conv.weight.numpy().tobytes()


def test_a_weight_from_paddle_is_contiguous_in_torch() -> None:
    raw = in_torch.Model(fc=torch.nn.Linear(3, 2))
    padiff.assign_weight(in_paddle.Model(fc=paddle.nn.Linear(3, 2)), raw)
    assert raw.fc.weight.is_contiguous()


def test_bases_strides_do_not_matter() -> None:
    base = in_torch.Model(x=torch.rand(4, 6)[::2, 1::2], y=torch.rand(3, 2).T)
    raw = in_paddle.Model(x=paddle.zeros([2, 3]), y=paddle.zeros([2, 3]))
    padiff.assign_weight(base, raw)
    assert raw.x.numpy().tolist() == base.x.tolist()
    assert raw.y.numpy().tolist() == base.y.tolist()


def test_every_other_element_can_be_written() -> None:
    row = torch.zeros(6)
    padiff.assign_weight(in_torch.Model(x=torch.ones(3)), in_torch.Model(x=row[::2]))
    assert row.tolist() == [1, 0, 1, 0, 1, 0]


def test_a_view_that_would_be_a_copy_is_refused() -> None:
    base = in_torch.Model(norm=torch.nn.LayerNorm((2, 3)))
    raw = in_torch.Model(norm=torch.nn.LayerNorm((2, 3)))
    raw.norm.weight = torch.nn.Parameter(torch.rand(3, 2).T)
    assert lines(refusal(base, raw)) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. A tensor cannot be written as its layer's canonical weight.",
        "     where:    raw norm.weight",
        "     got:      shape (2, 3) with strides (4, 8)",
        "     expected: a tensor in C order",
        "     hint:     make it contiguous",
    ]
