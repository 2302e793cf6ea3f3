"""PaDiff: torch's bfloat16 raised, paddle's was written as integers, float64 became float32; True."""

from __future__ import annotations

import paddle
import torch

import padiff
from tests.small import in_paddle, in_torch


def test_bfloat16_keeps_its_bits_both_ways() -> None:
    base = in_torch.Model(fc=torch.nn.Linear(3, 2).bfloat16())
    between = in_paddle.Model(fc=paddle.nn.Linear(3, 2)).to(dtype=paddle.bfloat16)
    raw = in_torch.Model(fc=torch.nn.Linear(3, 2).bfloat16())
    padiff.assign_weight(base, between)
    padiff.assign_weight(between, raw)
    assert between.fc.weight.astype("float32").T.tolist() == base.fc.weight.float().tolist()
    assert torch.equal(raw.fc.weight, base.fc.weight)


def test_a_float64_model_stays_one() -> None:
    base = in_torch.Model(fc=torch.nn.Linear(3, 2).double())
    raw = in_paddle.Model(fc=paddle.nn.Linear(3, 2)).to(dtype=paddle.float64)
    padiff.assign_weight(base, raw)
    assert raw.fc.weight.dtype == paddle.float64
    assert raw.fc.weight.T.tolist() == base.fc.weight.tolist()
