"""Models within a wrapper that computes nothing of its own: what is wrapped is the model itself."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import DataParallel

import padiff
from tests.align.nets import chain, twin, values

X = values(8, 4)


@pytest.mark.parametrize("base", [chain(4, 3, 2), torch.nn.Linear(4, 2)], ids=["chain", "layer"])
def test_a_wrapped_model_agrees_with_the_plain_one(base: torch.nn.Module) -> None:
    for ours in (base, DataParallel(base)):
        for theirs in (twin(base), DataParallel(twin(base))):
            report = padiff.align(ours, theirs, X)
            assert report, str(report)


def test_a_wrong_layer_within() -> None:
    base = DataParallel(chain(4, 3, 2))
    raw = twin(base)
    with torch.no_grad():
        raw.module.b.weight.mul_(2)
    (origin,) = padiff.align(base, raw, X).origins
    assert (origin.base_path, origin.raw_path) == ("module.b", "module.b")


def test_outputs_that_one_of_two_wrapped_models_returns_are_a_difference() -> None:
    base = chain(4, 3, 2)
    raw = twin(base)
    raw.run = lambda self, x: (base.run(self, x), x)
    report = padiff.align(DataParallel(base), DataParallel(raw), X)
    (origin,) = report.origins
    assert (origin.phase, origin.base_path, origin.raw_path) == ("forward", "", "")
    assert "only raw returns it" in str(report)


@pytest.mark.parametrize(("depth", "expected"), [(0, {""}), (1, {"", "module.a", "module.b"})])
def test_depth_counts_from_what_is_wrapped(depth: int, expected: set[str]) -> None:
    base = chain(4, 3, 2)
    report = padiff.align(DataParallel(base), twin(base), X, depth=depth)
    assert {unit.base_path for unit in report.units} == expected


def test_a_white_list_does_not_leave_out_the_model_itself() -> None:
    base: Any = padiff.create_model(DataParallel(chain(4, 3, 2)))
    base.update_white_list([base.model.module.a])
    report = padiff.align(base, chain(4, 3, 2), X)
    assert {unit.base_path for unit in report.units} == {"", "module.a"}
