"""PaDiff logged a mapped pair it knew no function for, copied nothing, and returned True."""

from __future__ import annotations

import paddle
import pytest
import torch

import padiff
from padiff.errors import PlanError
from tests.small import in_paddle, in_torch


class Cell(in_torch.Model):
    """A module nobody registered a function for."""


class PaddleCell(in_paddle.Model):
    """The same in paddle."""


def test_a_mapped_pair_without_a_function_is_an_error() -> None:
    base = in_torch.Model(cell=Cell(fc=torch.nn.Linear(2, 2)))
    raw = in_paddle.Model(cell=PaddleCell(fc=paddle.nn.Linear(2, 2)))
    before = raw.cell.fc.weight.numpy()
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.cell])
    model1.set_layer_map([raw.cell])
    with pytest.raises(PlanError, match="no init function joins them"):
        padiff.assign_weight(model0, model1)
    assert raw.cell.fc.weight.tolist() == before.tolist()
