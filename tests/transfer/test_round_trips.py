"""There and back, across frameworks or within one, every bit is where it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import paddle
import pytest
import torch

import padiff
from tests.small import in_paddle, in_torch


def torch_net() -> in_torch.Model:
    """Layers whose tensors have other names, other orders or other packings in paddle."""
    return in_torch.Model(
        embedding=torch.nn.Embedding(7, 5),
        fc=torch.nn.Linear(5, 4),
        conv=torch.nn.ConvTranspose2d(4, 6, 3, groups=2),
        norm=torch.nn.BatchNorm2d(6),
        lstm=torch.nn.LSTM(5, 3, num_layers=2, bidirectional=True),
        attention=torch.nn.MultiheadAttention(6, 2, kdim=5, vdim=4),
        own=torch.nn.Parameter(torch.rand(2, 3)),
    )


def paddle_net() -> in_paddle.Model:
    return in_paddle.Model(
        embedding=paddle.nn.Embedding(7, 5),
        fc=paddle.nn.Linear(5, 4),
        conv=paddle.nn.Conv2DTranspose(4, 6, 3, groups=2),
        norm=paddle.nn.BatchNorm2D(6),
        lstm=paddle.nn.LSTM(5, 3, num_layers=2, direction="bidirect"),
        attention=paddle.nn.MultiHeadAttention(6, 2, kdim=5, vdim=4),
        own=paddle.create_parameter([2, 3], "float32"),
    )


def torch_bits(net: in_torch.Model) -> dict[str, bytes]:
    """Of everything but the counter that paddle has no place for."""
    marks = in_torch.marks(net).items()
    return {name: mark.bits for name, mark in marks if not name.endswith("num_batches_tracked")}


def paddle_bits(net: in_paddle.Model) -> dict[str, bytes]:
    return {name: mark.bits for name, mark in in_paddle.marks(net).items()}


SIDES: dict[str, tuple[Callable[[], Any], Callable[[Any], dict[str, bytes]]]] = {
    "torch": (torch_net, torch_bits),
    "paddle": (paddle_net, paddle_bits),
}


@pytest.mark.parametrize("there", SIDES)
@pytest.mark.parametrize("here", SIDES)
def test_every_bit_comes_back(here: str, there: str) -> None:
    build, bits = SIDES[here]
    build_other, _ = SIDES[there]
    first, other, last = build(), build_other(), build()
    assert bits(first) != bits(last)
    padiff.assign_weight(first, other)
    padiff.assign_weight(other, last)
    assert bits(last) == bits(first)
