"""PaDiff: paddle to torch was impossible, one layer with proj_size lost a tensor, True."""

from __future__ import annotations

import paddle
import torch

import padiff
from tests.small import in_paddle, in_torch


def test_paddle_to_torch_is_possible() -> None:
    base = in_paddle.Model(rnn=paddle.nn.LSTM(3, 4, num_layers=2, direction="bidirect"))
    raw = in_torch.Model(rnn=torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True))
    padiff.assign_weight(base, raw)
    assert raw.rnn.weight_hh_l1_reverse.tolist() == base.rnn[1].cell_bw.weight_hh.tolist()


def test_no_tensor_of_a_projected_layer_is_lost() -> None:
    base = in_torch.Model(rnn=torch.nn.LSTM(3, 4, proj_size=2))
    raw = in_paddle.Model(rnn=paddle.nn.LSTM(3, 4, proj_size=2))
    padiff.assign_weight(base, raw)
    cell = raw.rnn[0].cell
    assert cell.weight_ho.T.tolist() == base.rnn.weight_hr_l0.tolist()
    assert cell.weight_hh.tolist() == base.rnn.weight_hh_l0.tolist()
    assert cell.bias_hh.tolist() == base.rnn.bias_hh_l0.tolist()


def test_no_layer_map_is_needed() -> None:
    assert padiff.assign_weight(torch.nn.LSTM(3, 4), paddle.nn.LSTM(3, 4)).count("copied") == 4
