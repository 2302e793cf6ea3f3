"""A rule that decides for no tensor is refused, whatever the outcome."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import BatchNorm1d

import padiff
from padiff.compare.rules import Rule, Tolerances
from padiff.errors import UsageError
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)


def aligned(*patterns: str) -> padiff.AlignmentReport:
    base = chain(4, 4, 4)
    rules = [Rule(pattern, atol=1e-3) for pattern in patterns]
    return padiff.align(base, twin(base), X, tolerance=Tolerances((Rule("*"), *rules)))


def test_a_misspelt_rule() -> None:
    with pytest.raises(UsageError) as caught:
        aligned("a", "b.wieght", "encoder.*")
    assert str(caught.value).splitlines() == [
        "tolerance= has rules that decide for no tensor.",
        "  got:      'b.wieght', 'encoder.*'",
        "  expected: patterns of the dotted paths of layers, parameters and buffers that are compared",
        "  hint:     'b.wieght': close to it: b.weight, a.weight",
        "            'encoder.*': nothing is near it",
    ]


def test_a_rule_that_later_ones_hide() -> None:
    with pytest.raises(UsageError) as caught:
        aligned("a.weight", "a.*")
    assert str(caught.value).splitlines()[-1] == (
        "  hint:     'a.weight': a later rule decides wherever it matches"
    )


def test_rules_for_layers_and_for_parameters() -> None:
    assert aligned("a", "b.weight")
    assert aligned("", "*.bias")


def test_the_models_are_as_they_were() -> None:
    base = chain(4, 4)
    raw = twin(base)
    with pytest.raises(UsageError):
        padiff.align(base, raw, X, tolerance=Tolerances((Rule("c", atol=1.0),)))
    assert raw.a.weight.grad is None
    assert not raw.a._forward_hooks


def test_what_does_not_run_because_something_differs_before_it() -> None:
    base = Net(lambda self, x: self.norm(x), norm=BatchNorm1d(4))
    raw = twin(base)
    with torch.no_grad():
        raw.norm.weight.mul_(2)
    rules = Rule("norm"), Rule("norm.weight"), Rule("*.running_var", rtol=1e-3)
    report = padiff.align(base, raw, X, tolerance=Tolerances(rules))
    assert [origin.phase for origin in report.origins] == ["forward"]
    with pytest.raises(UsageError, match="decide for no tensor"):
        padiff.align(base, raw, X, tolerance=Tolerances((*rules, Rule("*.runing_var"))))


def test_a_phase_that_was_not_asked_for() -> None:
    base = chain(4, 4)
    with pytest.raises(UsageError, match="decide for no tensor"):
        padiff.align(
            base, twin(base), X, phase="forward", tolerance=Tolerances((Rule("a.weight"),))
        )


def test_a_rule_needed_in_a_later_step_alone() -> None:
    base = Net(lambda self, x: self.norm(x), norm=BatchNorm1d(4))
    raw = twin(base)
    optimizers = torch.optim.SGD(base.parameters(), 0.1), torch.optim.SGD(raw.parameters(), 0.1)
    rules = Tolerances((Rule("*"), Rule("norm.bias")))
    assert padiff.align(base, raw, X, optimizers=optimizers, steps=2, tolerance=rules)


def alternating() -> Net:
    """A model that calls `a` and `b` by turns."""
    net = chain(4, 4, 4)
    net.turn = 0

    def run(self: Net, x: torch.Tensor) -> torch.Tensor:
        self.turn += 1
        result: torch.Tensor = self.a(x) if self.turn % 2 else self.b(x)
        return result

    net.run = run
    return net


def test_layers_of_one_step_alone() -> None:
    base = alternating()
    raw = twin(base)
    options: dict[str, Any] = {"steps": 2, "tolerance": Tolerances((Rule("a"), Rule("b")))}
    assert padiff.align(base, raw, X, **options)
    with torch.no_grad():
        raw.a.weight.mul_(2)
    report = padiff.align(base, raw, X, **options)
    assert [(origin.base_path, origin.step) for origin in report.origins] == [("a", 0)]


def test_what_is_close_on_the_raw_side() -> None:
    base = Net(lambda self, x: self.a(x), a=torch.nn.Linear(4, 4))
    raw = Net(lambda self, x: self.head(x), head=base.a)
    with pytest.raises(UsageError, match="'haed': close to it: head"):
        padiff.align(base, twin(raw), X, tolerance=Tolerances((Rule("haed"),)))
