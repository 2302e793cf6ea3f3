"""PaDiff zipped the parameters: a bias on one side only was dropped or left stale, True."""

from __future__ import annotations

import paddle
import pytest
import torch

import padiff
from padiff.errors import PlanError
from tests.small import in_paddle, in_torch


def test_a_bias_that_only_base_has_is_not_dropped() -> None:
    base = in_torch.Model(fc=torch.nn.Linear(3, 2))
    raw = in_paddle.Model(fc=paddle.nn.Linear(3, 2, bias_attr=False))
    with pytest.raises(PlanError, match="Only base has this tensor"):
        padiff.assign_weight(base, raw)


def test_a_bias_that_only_raw_has_does_not_stay() -> None:
    base = in_torch.Model(fc=torch.nn.Linear(3, 2, bias=False))
    raw = in_paddle.Model(fc=paddle.nn.Linear(3, 2))
    raw.fc.bias.set_value(raw.fc.bias + 9)
    padiff.assign_weight(base, raw)
    x = torch.rand(4, 3)
    expected = base.fc(x).detach().numpy()
    assert abs(raw.fc(paddle.to_tensor(x.numpy())).numpy() - expected).max() < 1e-6


def test_a_parameter_more_on_one_side_does_not_shift_the_others() -> None:
    base = in_torch.Model(a=torch.nn.Linear(3, 3, bias=False), b=torch.nn.Linear(3, 3))
    raw = in_paddle.Model(a=paddle.nn.Linear(3, 3), b=paddle.nn.Linear(3, 3))
    padiff.assign_weight(base, raw)
    assert raw.b.weight.T.tolist() == base.b.weight.tolist()
    assert raw.b.bias.tolist() == base.b.bias.tolist()
