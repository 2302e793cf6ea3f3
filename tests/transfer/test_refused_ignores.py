"""An entry of `ignore=` that leaves out nothing, or cannot, is refused."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.errors import UsageError
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal


def nets() -> tuple[in_torch.Model, in_paddle.Model]:
    return in_torch.Model(fc=torch.nn.Linear(2, 2)), in_paddle.Model(fc=paddle.nn.Linear(2, 2))


def test_entries_that_match_nothing_are_all_named() -> None:
    error = refusal(*nets(), ignore=["fc.weigth", "fc.bias", torch.nn.Linear(2, 2), 3])
    assert isinstance(error, UsageError)
    assert lines(error) == [
        "ignore= names what is in neither model.",
        "  got:      fc.weigth, Linear, int",
        "  expected: modules inside base or raw, or patterns of their dotted paths",
    ]


def test_the_model_itself_cannot_be_ignored() -> None:
    base, raw = nets()
    assert refusal(base, raw, ignore=[base]).got == "Model"


def test_a_single_pattern_is_no_list() -> None:
    assert lines(refusal(*nets(), ignore="fc.bias")) == [
        "ignore= takes a list.",
        "  got:      'fc.bias'",
        "  expected: ignore=['fc.bias']",
    ]


@pytest.mark.parametrize(("item", "got"), [(None, "NoneType"), (True, "bool")])
def test_nor_is_anything_else(item: Any, got: str) -> None:
    assert lines(refusal(*nets(), ignore=item)) == [
        "ignore= takes a list.",
        f"  got:      {got}",
        '  expected: ignore=[model.head, "*.bias"]',
    ]


def test_a_part_of_what_an_init_function_fills_cannot_be_ignored() -> None:
    registry = padiff.registry.copy()
    registry.register_init(("torch", "Linear"), ("paddle", "Linear"), zero)
    assert lines(refusal(*nets(), ignore=["fc.bias"], registry=registry)) == [
        "Nothing was transferred from Model to Model: 2 problems.",
        "  1. A part of a layer that an init function fills cannot be ignored.",
        "     where:    base fc.bias",
        "     got:      tests.transfer.test_refused_ignores.zero fills fc as a whole",
        "     hint:     ignore the whole layer",
        "  2. A part of a layer that an init function fills cannot be ignored.",
        "     where:    raw fc.bias",
        "     got:      tests.transfer.test_refused_ignores.zero fills fc as a whole",
        "     hint:     ignore the whole layer",
    ]


def zero(_: Any, raw: Any) -> None:
    raw.weight.zero_()


def test_the_whole_of_it_can_and_the_function_is_not_called() -> None:
    registry = padiff.registry.copy()
    registry.register_init(("torch", "Linear"), ("paddle", "Linear"), zero)
    base, raw = nets()
    for patterns in (["fc"], ["fc.*"]):
        report = padiff.assign_weight(base, raw, ignore=patterns, registry=registry)
        assert report.count("ignored") == 4
    assert raw.fc.weight.abs().sum().item() > 0
