"""Every tensor of both models, under each of its names, appears in the report."""

from __future__ import annotations

import pytest

import padiff
from tests.models import PAIRS, ModelPair
from tests.small import in_paddle, in_torch
from tests.small.reported import names


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_torch_to_paddle(pair: ModelPair) -> None:
    base, raw = pair.build_torch(), pair.build_paddle()
    report = padiff.assign_weight(base, raw)
    assert names(report, "base") == in_torch.tensors(base).keys()
    assert names(report, "raw") == in_paddle.tensors(raw).keys()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_paddle_to_torch(pair: ModelPair) -> None:
    base, raw = pair.build_paddle(), pair.build_torch()
    report = padiff.assign_weight(base, raw)
    assert names(report, "base") == in_paddle.tensors(base).keys()
    assert names(report, "raw") == in_torch.tensors(raw).keys()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_no_name_is_accounted_for_twice_in_different_ways(pair: ModelPair) -> None:
    report = padiff.assign_weight(pair.build_torch(), pair.build_paddle())
    ways: dict[str, set[str]] = {}
    for record in report.records:
        if record.raw:
            ways.setdefault(record.raw, set()).add(record.how)
    assert [name for name, hows in ways.items() if len(hows) > 1] == []
