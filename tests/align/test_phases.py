"""Which of the two passes are compared."""

from __future__ import annotations

from typing import Any

import pytest

import padiff
from padiff.errors import UsageError
from tests.align.nets import chain, twin, values
from tests.align.test_single_step import places, wrong_backward

X = values(3, 4)


def phases(**options: Any) -> list[str]:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X, **options)
    assert report
    return sorted({unit.phase for unit in report.units})


def test_both_by_default() -> None:
    assert phases() == ["backward", "forward"]


def test_forward_alone() -> None:
    assert phases(phase="forward") == ["forward"]


def test_backward_alone() -> None:
    assert phases(phase="backward", single_step=True) == ["backward"]


def test_backward_alone_does_not_report_what_is_wrong_going_forward() -> None:
    base, raw = wrong_backward(), wrong_backward("c")
    raw.a.fc.bias.data[0] += 0.5
    report = padiff.align(base, raw, X, phase="backward", single_step=True)
    assert places(report) == [("backward", "c")]


def test_forward_alone_does_not_see_a_wrong_backward() -> None:
    assert padiff.align(wrong_backward(), wrong_backward("c"), X, phase="forward")


def test_forward_records_no_gradients() -> None:
    import torch

    seen: list[bool] = []
    base = chain(4, 4)
    base.register_forward_hook(lambda *_: seen.append(torch.is_grad_enabled()))
    assert padiff.align(base, chain(4, 4), X, phase="forward")
    assert set(seen) == {False}
    assert torch.is_grad_enabled()


def test_backward_needs_single_step() -> None:
    with pytest.raises(UsageError) as caught:
        padiff.align(chain(4, 4), chain(4, 4), X, phase="backward")
    assert str(caught.value).splitlines() == [
        'phase="backward" only looks at the backward pass, which needs single_step=True.',
        "  got:      single_step=False",
        '  expected: single_step=True, or phase="both"',
    ]


def test_an_unknown_phase() -> None:
    phase: Any = "update"
    with pytest.raises(UsageError) as caught:
        padiff.align(chain(4, 4), chain(4, 4), X, phase=phase)
    assert str(caught.value).splitlines() == [
        "phase= is unknown.",
        "  got:      'update'",
        "  expected: 'both', 'forward', 'backward'",
    ]
