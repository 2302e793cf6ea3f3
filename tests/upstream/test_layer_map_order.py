"""PaDiff took traversal order whatever the user said: a map that crosses was silently uncrossed."""

from __future__ import annotations

import paddle
import torch

import padiff
from tests.small import in_paddle, in_torch


def test_a_map_that_crosses_stays_crossed() -> None:
    base = in_torch.Model(a=torch.nn.LSTM(3, 3), b=torch.nn.LSTM(3, 3))
    raw = in_paddle.Model(a=paddle.nn.LSTM(3, 3), b=paddle.nn.LSTM(3, 3))
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.a, base.b])
    model1.set_layer_map([raw.b, raw.a])
    padiff.assign_weight(model0, model1)
    assert raw.b.weight_ih_l0.tolist() == base.a.weight_ih_l0.tolist()
    assert raw.a.weight_ih_l0.tolist() == base.b.weight_ih_l0.tolist()
