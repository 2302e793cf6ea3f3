"""What one side alone has: raw's is filled with its neutral value, base's must hold it already."""

from __future__ import annotations

import numpy as np
import paddle
import pytest
import torch

import padiff
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal


def test_a_bias_that_base_has_not_becomes_zero() -> None:
    base = in_torch.Model(fc=torch.nn.Linear(3, 2, bias=False))
    raw = in_paddle.Model(fc=paddle.nn.Linear(3, 2))
    raw.fc.bias.set_value(np.array([5, 6], np.float32))
    report = padiff.assign_weight(base, raw)
    assert raw.fc.bias.numpy().tolist() == [0, 0]
    assert [(r.how, r.base, r.raw, r.note) for r in report.records] == [
        ("copied", "fc.weight", "fc.weight", ""),
        ("derived", None, "fc.bias", "filled with 0, its neutral value"),
    ]


def test_a_scale_that_base_has_not_becomes_one() -> None:
    base = in_torch.Model(norm=torch.nn.LayerNorm(3, elementwise_affine=False))
    raw = in_paddle.Model(norm=paddle.nn.LayerNorm(3))
    raw.norm.weight.set_value(np.array([5, 6, 7], np.float32))
    padiff.assign_weight(base, raw)
    assert raw.norm.weight.numpy().tolist() == [1, 1, 1]
    assert raw.norm.bias.numpy().tolist() == [0, 0, 0]


def test_statistics_that_base_has_not_become_standard() -> None:
    base = in_torch.Model(norm=torch.nn.BatchNorm1d(2, track_running_stats=False))
    raw = in_paddle.Model(norm=paddle.nn.BatchNorm1D(2))
    raw.norm._mean.set_value(np.array([5, 6], np.float32))
    raw.norm._variance.set_value(np.array([5, 6], np.float32))
    padiff.assign_weight(base, raw)
    assert raw.norm._mean.numpy().tolist() == [0, 0]
    assert raw.norm._variance.numpy().tolist() == [1, 1]


def test_a_counter_that_base_has_not_becomes_zero() -> None:
    raw = in_torch.Model(norm=torch.nn.BatchNorm1d(2))
    raw.norm.num_batches_tracked.fill_(9)
    padiff.assign_weight(in_paddle.Model(norm=paddle.nn.BatchNorm1D(2)), raw)
    assert raw.norm.num_batches_tracked.item() == 0


def test_a_neutral_bias_needs_no_place_in_raw() -> None:
    base = in_torch.Model(fc=torch.nn.Linear(3, 2))
    torch.nn.init.zeros_(base.fc.bias)
    raw = in_paddle.Model(fc=paddle.nn.Linear(3, 2, bias_attr=False))
    report = padiff.assign_weight(base, raw)
    assert [(r.how, r.base, r.raw, r.note) for r in report.records] == [
        ("copied", "fc.weight", "fc.weight", ""),
        ("derived", "fc.bias", None, "holds 0, its neutral value, which raw implies"),
    ]


@pytest.mark.parametrize("value", [0.25, -1e-30, float("nan")])
def test_any_other_bias_does(value: float) -> None:
    base = in_torch.Model(fc=torch.nn.Linear(3, 2))
    torch.nn.init.zeros_(base.fc.bias)
    base.fc.bias.data[1] = value
    raw = in_paddle.Model(fc=paddle.nn.Linear(3, 2, bias_attr=False))
    assert lines(refusal(base, raw)) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. Only base has this tensor, and it does not hold its neutral value.",
        "     where:    base fc.bias, raw fc",
        f"     got:      {value:g}",
        "     expected: 0 everywhere",
        "     hint:     give raw's layer the tensor (a bias, an affine weight, running statistics)",
    ]


def test_statistics_are_not_dropped() -> None:
    base = in_torch.Model(norm=torch.nn.BatchNorm1d(2))
    base.norm.running_mean.fill_(3)
    raw = in_torch.Model(norm=torch.nn.BatchNorm1d(2, track_running_stats=False))
    assert lines(refusal(base, raw))[1:5] == [
        "  1. Only base has this tensor, and it does not hold its neutral value.",
        "     where:    base norm.running_mean, raw norm",
        "     got:      3",
        "     expected: 0 everywhere",
    ]


def test_a_counter_needs_no_place_whatever_it_holds() -> None:
    base = in_torch.Model(norm=torch.nn.BatchNorm1d(2))
    base.norm.num_batches_tracked.fill_(9)
    report = padiff.assign_weight(base, in_paddle.Model(norm=paddle.nn.BatchNorm1D(2)))
    assert [(r.base, r.note) for r in report.select("derived")] == [
        ("norm.num_batches_tracked", "no output depends on it, and raw has no place for it")
    ]


def test_a_tensor_without_a_neutral_value_needs_a_counterpart() -> None:
    base = in_torch.Model(own=torch.nn.Parameter(torch.ones(2)), fc=torch.nn.Linear(1, 1))
    raw = in_paddle.Model(other=paddle.create_parameter([2], "float32"), fc=paddle.nn.Linear(1, 1))
    assert lines(refusal(base, raw)) == [
        "Nothing was transferred from Model to Model: 2 problems.",
        "  1. Only base has this tensor.",
        "     where:    base own, raw (root)",
        "     got:      own (2,) float32",
        "     expected: a tensor of the same name on the other side",
        '     hint:     pass ignore=["own"] if it needs no counterpart',
        "  2. Only raw has this tensor.",
        "     where:    base (root), raw other",
        "     got:      other (2,) float32",
        "     expected: a tensor of the same name on the other side",
        '     hint:     pass ignore=["other"] if it needs no counterpart',
    ]
