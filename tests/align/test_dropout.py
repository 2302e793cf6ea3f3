"""Dropout: another mask on each side is a difference, unless the masks are drawn from one stream."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.errors import UsageError
from tests.align.nets import Net, PaddleNet, values

X = values(16, 8)


def run(self: Any, x: Any) -> Any:
    return self.second(self.drop(self.first(x)))


def pair(rate: float = 0.5) -> tuple[Net, PaddleNet]:
    base = Net(
        run, first=torch.nn.Linear(8, 8), drop=torch.nn.Dropout(0.5), second=torch.nn.Linear(8, 4)
    )
    raw = PaddleNet(
        run,
        first=paddle.nn.Linear(8, 8),
        drop=paddle.nn.Dropout(rate),
        second=paddle.nn.Linear(8, 4),
    )
    padiff.assign_weight(base, raw)
    return base, raw


def test_synced_masks_agree_in_training() -> None:
    base, raw = pair()
    assert padiff.align(base, raw, X, dropout="synced")
    assert padiff.align(raw, base, X, dropout="synced")


def test_they_really_drop() -> None:
    report = padiff.align(*pair(), X, dropout="synced")
    base, raw = pair()
    base.eval()
    raw.eval()
    plain = padiff.align(base, raw, X)
    assert report.losses != plain.losses


def test_without_it_the_first_dropout_is_the_origin() -> None:
    (origin,) = padiff.align(*pair(), X).origins
    assert origin.raw_path == "drop"


def test_another_rate_is_a_difference() -> None:
    (origin,) = padiff.align(*pair(rate=0.2), X, dropout="synced").origins
    assert origin.raw_path == "drop"


def test_functional_dropout() -> None:
    base = Net(
        lambda self, x: torch.nn.functional.dropout(self.fc(x), 0.5), fc=torch.nn.Linear(8, 4)
    )
    raw = PaddleNet(
        lambda self, x: paddle.nn.functional.dropout(self.fc(x), 0.5), fc=paddle.nn.Linear(8, 4)
    )
    padiff.assign_weight(base, raw)
    assert padiff.align(base, raw, X, dropout="synced")
    assert not padiff.align(base, raw, X)


def test_an_unknown_way() -> None:
    with pytest.raises(UsageError) as caught:
        padiff.align(*pair(), X, dropout="off")
    assert str(caught.value).splitlines() == [
        "dropout= is unknown.",
        "  got:      'off'",
        '  expected: None or "synced"',
    ]
