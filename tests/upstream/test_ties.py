"""PaDiff: tied to untied tied raw's weights, untied to tied copied one of the two; True."""

from __future__ import annotations

import pytest
import torch

import padiff
from padiff.errors import PlanError
from tests.small import in_torch


def net(*, tied: bool) -> in_torch.Model:
    model = in_torch.Model(a=torch.nn.Linear(3, 3), b=torch.nn.Linear(3, 3))
    if tied:
        model.b = model.a
    return model


def test_a_tie_of_base_does_not_tie_raw() -> None:
    base, raw = net(tied=True), net(tied=False)
    padiff.assign_weight(base, raw)
    assert raw.a.weight is not raw.b.weight
    with torch.no_grad():
        raw.a.weight.zero_()
    assert torch.equal(raw.b.weight, base.b.weight)


def test_two_weights_do_not_go_into_one() -> None:
    with pytest.raises(PlanError, match="Raw holds one tensor where base holds two that differ"):
        padiff.assign_weight(net(tied=False), net(tied=True))
