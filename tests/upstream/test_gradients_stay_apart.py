"""PaDiff left gradients on the models, and the next call added to them."""

from __future__ import annotations

import torch

import padiff
from tests.align.nets import chain, values

X = values(2, 4)


def test_there_is_none_afterwards_and_one_that_was_there_stays() -> None:
    base, raw = chain(4, 4, 4), chain(4, 4, 4)
    before = torch.full_like(raw.a.weight, 7.0)
    raw.a.weight.grad = before
    for _ in range(2):
        assert padiff.auto_diff(base, raw, (X, X)) is True
    assert all(parameter.grad is None for parameter in base.parameters())
    assert raw.a.weight.grad is before
    assert torch.equal(before, torch.full_like(before, 7.0))
    assert raw.b.weight.grad is None


def test_modules_that_write_in_place_stay_as_they_are() -> None:
    acts = [torch.nn.ReLU(inplace=True) for _ in range(2)]
    base, raw = (torch.nn.Sequential(torch.nn.Linear(4, 4), act) for act in acts)
    assert padiff.auto_diff(base, raw, (X, X)) is True
    assert [act.inplace for act in acts] == [True, True]
