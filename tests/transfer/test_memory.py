"""Whose memory is whose: nothing is written through one tensor into another."""

from __future__ import annotations

from typing import Any

import paddle
import torch

import padiff
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal


def test_base_and_raw_share_no_memory_afterwards() -> None:
    base, raw = torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)
    padiff.assign_weight(base, raw)
    with torch.no_grad():
        base.weight.zero_()
    assert raw.weight.abs().sum() > 0


def test_raw_may_not_hold_a_tensor_of_base() -> None:
    base, raw = in_torch.Model(fc=torch.nn.Linear(3, 3)), in_torch.Model(fc=torch.nn.Linear(3, 3))
    raw.fc.bias = base.fc.bias
    assert lines(refusal(base, raw)) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. Base and raw share memory here: training one would change the other.",
        "     where:    base fc.bias, raw fc.bias",
        "     hint:     build raw's module anew instead of taking base's tensor",
    ]


def test_raw_may_not_be_a_part_of_base() -> None:
    base = in_torch.Model(fc=torch.nn.Linear(3, 3))
    assert lines(refusal(base, base.fc))[2::3] == [
        "     where:    base fc.weight, raw weight",
        "     where:    base fc.bias, raw bias",
    ]


def test_memory_shared_across_frameworks_is_seen_too() -> None:
    weight: Any = torch.rand(3, 3)
    base = in_torch.Model(w=weight)
    raw = in_paddle.Model(w=paddle.utils.dlpack.from_dlpack(weight))
    assert lines(refusal(base, raw))[1] == (
        "  1. Base and raw share memory here: training one would change the other."
    )


def test_an_expanded_tensor_cannot_be_written() -> None:
    base = in_torch.Model(x=torch.rand(4, 3))
    raw = in_torch.Model(x=torch.rand(1, 3).expand(4, 3))
    assert lines(refusal(base, raw)) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. A tensor cannot be written: its elements share memory.",
        "     where:    raw x",
        "     got:      48 bytes of values in 12 bytes of memory",
        "     expected: a tensor that is not expanded",
        "     hint:     make it a tensor of its own (clone)",
    ]


def test_an_unfolded_tensor_cannot_be_written() -> None:
    base = in_torch.Model(x=torch.rand(3, 3))
    raw = in_torch.Model(x=torch.rand(5).unfold(0, 3, 1))
    assert lines(refusal(base, raw))[3] == (
        "     got:      36 bytes of values in 20 bytes of memory"
    )


def test_an_expanded_tensor_can_be_read() -> None:
    base = in_torch.Model(x=torch.rand(1, 3).expand(4, 3))
    raw = in_torch.Model(x=torch.rand(4, 3))
    padiff.assign_weight(base, raw)
    torch.testing.assert_close(raw.x, base.x, rtol=0, atol=0)


def test_two_tensors_of_raw_may_not_overlap() -> None:
    base = in_torch.Model(x=torch.rand(3), y=torch.rand(3))
    row = torch.rand(4)
    raw = in_torch.Model(x=row[:3], y=row[1:])
    assert lines(refusal(base, raw)) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. Two tensors of raw share memory without being the same tensor.",
        "     where:    raw x and y",
        "     expected: one tensor under two names, or memory of their own",
    ]


def test_two_tensors_of_base_may() -> None:
    row = torch.rand(4)
    base = in_torch.Model(x=row[:3], y=row[1:])
    raw = in_torch.Model(x=torch.rand(3), y=torch.rand(3))
    padiff.assign_weight(base, raw)
    assert (raw.x.tolist(), raw.y.tolist()) == (row[:3].tolist(), row[1:].tolist())


def test_neighbours_in_one_piece_of_memory_do_not_overlap() -> None:
    row = torch.rand(6)
    raw = in_torch.Model(x=row[:3], y=row[3:])
    padiff.assign_weight(in_torch.Model(x=torch.zeros(3), y=torch.ones(3)), raw)
    assert row.tolist() == [0, 0, 0, 1, 1, 1]
