"""What is allowed, and what is excused as rounding."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import Linear

import padiff
from padiff.compare.rules import Rule, Tolerances
from padiff.compare.verdict import Verdict
from padiff.errors import UsageError
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)


def off_by(error: float) -> tuple[Net, Net]:
    """Two models whose outputs, about 1, differ by `error`."""
    base = Net(lambda self, x: self.a(x), a=Linear(4, 4))
    with torch.no_grad():
        base.a.weight.fill_(0)
        base.a.bias.fill_(1)
        raw = twin(base)
        raw.a.bias += error
    return base, raw


def reordered() -> tuple[Net, Net]:
    """The same sum in another order: equal but for rounding, which the defaults alone do not allow."""
    base = Net(lambda _, x: (x * 1e4).sum(-1))
    raw = Net(lambda _, x: (x * 1e4).flip(-1).cumsum(-1)[..., -1])
    return base, raw


HALF = torch.tensor(values(8, 512))
CANCELLING = torch.cat([HALF, -HALF.flip(-1).roll(7, -1) + 1e-3], -1)


def test_an_explicit_tolerance_allows() -> None:
    assert padiff.align(*off_by(1e-3), X, atol=2e-3, rtol=0.0)
    assert padiff.align(*off_by(1e-3), X, atol=0.0, rtol=2e-3)


def test_an_explicit_tolerance_refuses() -> None:
    assert not padiff.align(*off_by(1e-3), X, atol=5e-4, rtol=0.0)
    assert not padiff.align(*off_by(1e-3), X, atol=0.0, rtol=5e-4)


def test_the_default_excuses_rounding() -> None:
    assert padiff.align(*reordered(), CANCELLING)


def test_an_explicit_tolerance_is_final() -> None:
    report = padiff.align(*reordered(), CANCELLING, atol=0.0, rtol=0.0)
    assert not report
    assert report.origins[0].verdict is Verdict.WRONG


def test_the_default_excuses_nothing_but_rounding() -> None:
    base, raw = reordered()
    raw.run = lambda _, x: (x * 1e4).flip(-1).cumsum(-1)[..., -1] + 1
    assert not padiff.align(base, raw, CANCELLING)


def test_auto_excuses_rounding() -> None:
    assert padiff.align(*reordered(), CANCELLING, tolerance="auto")


def test_auto_sees_what_the_defaults_allow() -> None:
    base = Net(lambda _, x: x * 2)
    raw = Net(lambda _, x: x * 2 + 9e-6)
    assert padiff.align(base, raw, X)
    assert not padiff.align(base, raw, X, tolerance="auto")


def test_auto_on_the_same_model() -> None:
    base = chain(4, 8, 8, 2)
    assert padiff.align(base, twin(base), X, tolerance="auto")


def test_rules_by_path() -> None:
    base = chain(4, 4, 4)
    raw = twin(base)
    with torch.no_grad():
        raw.a.bias += 1e-3
    loose, strict = Rule("*", atol=0.1, rtol=0.1), Rule("a", atol=1e-5)
    assert padiff.align(base, raw, X, tolerance=Tolerances((loose,)))
    report = padiff.align(base, raw, X, tolerance=Tolerances((loose, strict)))
    (origin,) = report.origins
    assert (origin.base_path, origin.phase) == ("a", "forward")


def test_the_rule_is_in_the_report() -> None:
    report = padiff.align(*off_by(0), X, atol=1e-3, rtol=0.5)
    assert (
        report.tolerance == "|base - raw| <= atol + rtol * |base| with atol=0.001, rtol=0.5 for *"
    )
    assert report.tolerance in str(report)


def test_both_ways_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        padiff.align(*off_by(0), X, tolerance="auto", atol=1.0)
    assert str(caught.value).splitlines() == [
        "tolerance= and atol=/rtol= say the same thing twice.",
        "  got:      tolerance='auto', atol=1.0, rtol=None",
        "  expected: one of them",
    ]


def test_an_unknown_way() -> None:
    with pytest.raises(UsageError) as caught:
        padiff.align(*off_by(0), X, tolerance=1e-3)
    assert str(caught.value).splitlines() == [
        "tolerance= is unknown.",
        "  got:      0.001",
        '  expected: "auto", or a Tolerances',
    ]


@pytest.mark.parametrize("name", ["atol", "rtol"])
@pytest.mark.parametrize("value", [-1.0, float("nan")])
def test_a_tolerance_that_is_none(name: Any, value: float) -> None:
    options: dict[str, Any] = {name: value}
    with pytest.raises(padiff.PadiffError):
        padiff.align(*off_by(0), X, **options)


@pytest.mark.parametrize("tolerance", [None, "auto"])
def test_containers_may_draw_their_limits_differently(tolerance: str | None) -> None:
    torch.manual_seed(0)
    base = Net(
        lambda self, x: self.out(self.inner(x)),
        inner=Net(lambda self, x: self.fc(x) + x, fc=Linear(4, 4)),
        out=Linear(4, 4),
    )
    raw = twin(base)
    raw.run = lambda self, x: self.out(self.inner(x) + x)
    raw.inner.run = lambda self, x: self.fc(x)
    assert padiff.align(base, raw, X, tolerance=tolerance)
