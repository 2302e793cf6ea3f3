"""What is copied within host memory needs no snapshot, also where a layer's own state has no values yet."""

from __future__ import annotations

import paddle
import pytest
import torch

import padiff
from padiff_paddle.state import PaddleState


def test_an_lstm_is_copied_without_a_second_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PaddleState, "snapshot", lambda _: pytest.fail("a snapshot was taken"))
    assert padiff.assign_weight(torch.nn.LSTM(2, 3), paddle.nn.LSTM(2, 3))
