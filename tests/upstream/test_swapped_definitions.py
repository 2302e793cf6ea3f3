"""PaDiff went by definition order: under equal names q got k's weights, LayerNorm went to BatchNorm."""

from __future__ import annotations

import paddle
import pytest
import torch

import padiff
from padiff.errors import PlanError
from tests.small import in_paddle, in_torch


def test_q_gets_the_weights_of_q() -> None:
    base = in_torch.Model(q=torch.nn.Linear(3, 3), k=torch.nn.Linear(3, 3))
    raw = in_paddle.Model(k=paddle.nn.Linear(3, 3), q=paddle.nn.Linear(3, 3))
    padiff.assign_weight(base, raw)
    assert raw.q.weight.T.tolist() == base.q.weight.tolist()
    assert raw.k.weight.T.tolist() == base.k.weight.tolist()


def test_a_layer_norm_is_no_batch_norm() -> None:
    base = in_torch.Model(norm=torch.nn.LayerNorm(3))
    raw = in_paddle.Model(norm=paddle.nn.BatchNorm1D(3))
    with pytest.raises(PlanError, match="are not of one kind"):
        padiff.assign_weight(base, raw)
