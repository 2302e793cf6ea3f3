"""PaDiff: torch to torch made raw share base's memory; paddle to torch left weights transposed."""

from __future__ import annotations

import paddle
import torch

import padiff


def test_training_raw_does_not_change_base() -> None:
    base, raw = torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)
    padiff.assign_weight(base, raw)
    before = base.weight.tolist()
    optimizer = torch.optim.SGD(raw.parameters(), lr=1.0)
    raw(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    assert base.weight.tolist() == before
    assert raw.weight.tolist() != before


def test_a_weight_from_paddle_is_stored_in_order() -> None:
    raw = torch.nn.Linear(3, 2)
    padiff.assign_weight(paddle.nn.Linear(3, 2), raw)
    assert raw.weight.stride() == (3, 1)
