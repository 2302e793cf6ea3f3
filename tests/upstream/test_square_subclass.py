"""PaDiff copied the square weight of a subclass of Linear untransposed, True: its class name was new."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff


class LoraLinear(torch.nn.Linear):
    """A subclass of torch's."""


class PaddleLoraLinear(paddle.nn.Linear):
    """A subclass of paddle's."""


@pytest.mark.parametrize("raw_class", [paddle.nn.Linear, PaddleLoraLinear])
@pytest.mark.parametrize("base_class", [torch.nn.Linear, LoraLinear])
def test_a_square_weight_is_transposed(base_class: Any, raw_class: Any) -> None:
    base, raw = base_class(4, 4), raw_class(4, 4)
    padiff.assign_weight(base, raw)
    assert raw.weight.T.tolist() == base.weight.tolist()


def test_paddles_other_linear_is_not() -> None:
    base, raw = torch.nn.Linear(4, 4), paddle.compat.nn.Linear(4, 4)
    padiff.assign_weight(base, raw)
    assert raw.weight.tolist() == base.weight.tolist()
