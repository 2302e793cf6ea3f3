"""The lint by itself, with a kind of a user's own: what is compared, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

import padiff
from padiff import LintReport, Registry
from padiff.layout import Layout
from padiff.linting.finding import Finding
from padiff.linting.layer import Layer
from padiff.rules import Rule
from tests.reference import Linear, Module, Scale, Sequential, TransposedLinear

from .gates import Act, ClosedGate, Gate, OpenGate, Plain, declare


@pytest.fixture
def gates(reference: Registry) -> Registry:
    return declare(reference)


def texts(report: LintReport) -> list[str]:
    return [str(finding) for finding in report.findings if finding.rule != "gate.unlike"]


def test_a_users_kind_declares_its_own(gates: Registry) -> None:
    report = padiff.lint(Plain(door=Gate(50)), Plain(door=OpenGate(0.25)), registry=gates)
    (finding, unlike) = report.findings
    assert finding == Finding(
        severity="error",
        rule="gate.opening",
        base_path="door",
        raw_path="door",
        base_class="reference Gate",
        raw_class="reference OpenGate",
        subject="opening",
        what="base 50; raw 0.25",
        fix="write share=0.5",
        base="percent=50",
        raw="share=0.25",
        base_canonical=0.5,
        raw_canonical=0.25,
    )
    assert unlike.rule == "gate.unlike"
    assert str(unlike).startswith("door   the first factors are ")
    assert str(unlike).endswith("   transfer the weights")
    assert not report


def test_equal_values_are_silent_in_any_spelling(gates: Registry) -> None:
    assert texts(padiff.lint(Gate(30), OpenGate(0.3), registry=gates)) == []
    assert texts(padiff.lint(OpenGate(0.3), Gate(30.0), registry=gates)) == []


def test_what_raw_cannot_be_told_is_said(gates: Registry) -> None:
    assert texts(padiff.lint(OpenGate(1.5), Gate(30), registry=gates)) == [
        "(root)   opening   base 1.5; raw 30   a gate cannot be opened further than 100 percent"
    ]


def test_what_raw_has_no_argument_for_is_said(gates: Registry) -> None:
    first, second = texts(padiff.lint(OpenGate(0.5), ClosedGate(), registry=gates))
    assert first == (
        "(root)   opening   base 0.5; raw nothing   reference ClosedGate has no argument for it"
    )
    assert second == "(root)   a shut gate stands against reference OpenGate   open it"


def test_what_no_argument_decides_may_be_less_grave(reference: Registry) -> None:
    registry = declare(reference, inherent="info", advice="look away")
    (inherent, *_) = padiff.lint(OpenGate(0.5), ClosedGate(), registry=registry).findings
    assert (inherent.severity, inherent.fix) == ("info", "look away")
    (given, *_) = padiff.lint(OpenGate(0.5), Gate(40), registry=registry).findings
    assert (given.severity, given.fix) == ("error", "write percent=50.0, or look away")


@pytest.mark.parametrize(
    ("in_eval", "severities"), [("same", ["warning"]), ("info", ["info"]), ("silent", [])]
)
def test_what_only_shows_in_training_is_less_grave_in_eval(
    reference: Registry, in_eval: str, severities: list[str]
) -> None:
    registry = declare(reference, severity="warning", in_eval=in_eval)

    def found(base: Module, raw: Module) -> list[str]:
        findings = padiff.lint(base, raw, registry=registry).findings
        return [f.severity for f in findings if f.rule == "gate.opening"]

    assert found(OpenGate(0.5).eval(), Gate(40).eval()) == severities
    assert found(OpenGate(0.5), Gate(40)) == ["warning"]
    assert found(OpenGate(0.5).eval(), Gate(40)) == ["warning"]


def test_a_setting_that_cannot_be_read_is_an_error(gates: Registry) -> None:
    base, raw = OpenGate(0.5), Gate(40)
    del raw.percent
    first, *rules = padiff.lint(base, raw, registry=gates).findings
    assert (first.severity, first.rule) == ("error", "gate.opening")
    assert str(first) == (
        "(root)   opening   cannot be read from reference Gate: "
        "AttributeError: Gate has no percent   "
        "correct the setting in the layout registered for the class"
    )
    assert [str(each) for each in rules if each.rule == "gate.shut"] == [
        "(root)   the rule gate.shut failed: AttributeError: Gate has no percent   correct the rule"
    ]


def test_a_value_that_cannot_be_translated_is_an_error(gates: Registry) -> None:
    (first, *_) = padiff.lint(OpenGate(0.5), Gate("half"), registry=gates).findings
    assert (first.severity, first.rule) == ("error", "gate.opening")
    assert first.what.startswith("cannot be read from reference Gate: TypeError: ")


def test_a_rule_that_fails_is_an_error(gates: Registry) -> None:
    def raising(_layer: Layer, _other: Layer) -> str | None:
        raise OSError("no such gate")

    old = gates.layouts["reference", "Gate"].layout  # type: ignore[index]
    rule = Rule("odd", "info", "nothing", raising, "nothing")
    layout = Layout(old.kind, view=old.view, settings=old.settings, rules=(rule,))
    gates.register_layout("reference", "Gate", layout, replace=True)
    report = padiff.lint(Gate(), Gate(), registry=gates)
    assert [(f.severity, str(f)) for f in report.findings if f.rule == "gate.odd"] == [
        ("error", "(root)   the rule gate.odd failed: OSError: no such gate   correct the rule")
    ]


def test_both_paths_are_named_where_they_differ(gates: Registry) -> None:
    base, raw = Plain(first=Gate(10)), Plain(second=Gate(20))
    assert texts(padiff.lint(base, raw, registry=gates)) == [
        "first -> second   opening   base 10; raw 20   write percent=10.0"
    ]


def test_two_kinds_at_one_place_are_an_error(gates: Registry) -> None:
    base, raw = Plain(act=Gate()), Plain(act=Linear(2, 2))
    report = padiff.lint(base, raw, registry=gates)
    assert [(f.severity, f.rule, str(f)) for f in report.findings] == [
        (
            "error",
            "kind",
            (
                "act   kind   reference Gate is gate; reference Linear is linear   "
                "use layers that compute the same"
            ),
        )
    ]


def test_two_kinds_that_an_init_function_joins_are_none(gates: Registry) -> None:
    gates.register_init(("reference", "Gate"), ("reference", "Linear"), lambda _b, _r: None)
    report = padiff.lint(Plain(act=Gate()), Plain(act=Linear(2, 2)), registry=gates)
    assert report.findings == ()


def test_findings_come_in_bases_order_and_shut_gates_on_either_side_count(
    gates: Registry,
) -> None:
    base = Plain(a=Gate(10), act=Act(1.0), b=Plain(c=OpenGate(0.0), d=Act(2.0)))
    raw = Plain(b=Plain(d=Act(3.0), c=OpenGate(0.0)), act=Act(4.0), a=Gate(0))
    report = padiff.lint(base, raw, registry=gates)
    rules = [(f.base_path, f.rule) for f in report.findings if f.rule != "gate.unlike"]
    assert rules == [
        ("a", "gate.opening"),
        ("a", "gate.shut"),
        ("act", "act.slope"),
        ("b.c", "gate.shut"),
        ("b.d", "act.slope"),
    ]


def test_what_nobody_declared_is_listed(gates: Registry) -> None:
    """A class that says nothing of a setting, one of no kind, and one that does not fit its layout."""
    silent = gates.layouts["reference", "ClosedGate"].layout  # type: ignore[index]
    layout = Layout(silent.kind, view=dict)
    gates.register_layout("reference", "ClosedGate", layout, replace=True)
    misfit = Linear(2, 2)
    misfit.extra = Scale(2).factor
    base = Plain(a=Gate(), act=Act(), c=misfit, d=Scale(2), e=misfit)
    raw = Plain(a=ClosedGate(), act=Plain(), c=Linear(2, 2), d=Scale(2), e=misfit)
    report = padiff.lint(base, raw, registry=gates)
    assert [(u.base_path, u.raw_path, u.why) for u in report.unknown] == [
        ("a", "a", "reference ClosedGate declares no opening"),
        ("act", "act", "no kind describes reference Plain"),
        ("c", "c", "no kind describes reference Linear"),
        ("e", "e", "no kind describes reference Linear"),
    ]


def test_a_module_without_tensors_and_without_a_partner_is_listed(gates: Registry) -> None:
    base = Plain(fc=Linear(2, 2), act=Act(), here=Plain(last=Act()))
    raw = Plain(fc=Linear(2, 2), other=Act())
    report = padiff.lint(base, raw, registry=gates)
    assert (report.base_alone, report.raw_alone) == (("act", "here.last"), ("other",))


def test_a_layer_map_pairs_what_is_compared(gates: Registry) -> None:
    base, raw = (padiff.create_model(Plain(a=Gate(10), b=Gate(20))) for _ in range(2))
    base.set_layer_map([base.model.a, base.model.b])
    raw.set_layer_map([raw.model.b, raw.model.a])
    assert texts(padiff.lint(base, raw, registry=gates)) == [
        "a -> b   opening   base 10; raw 20   write percent=10.0",
        "b -> a   opening   base 20; raw 10   write percent=20.0",
    ]


def test_what_is_ignored_is_not_compared(gates: Registry) -> None:
    base, raw = Plain(a=Gate(10), b=Gate(20)), Plain(a=Gate(20), b=Gate(20))
    assert texts(padiff.lint(base, raw, ignore=["a"], registry=gates)) == []
    assert texts(padiff.lint(base, raw, ignore=[base.a, raw.a], registry=gates)) == []
    with pytest.raises(padiff.PadiffError, match="ignore= names what is in neither model"):
        padiff.lint(base, raw, ignore=["c"], registry=gates)


def test_a_tensor_may_be_ignored_as_in_a_transfer(gates: Registry) -> None:
    base, raw = Plain(a=Gate(10), b=Scale(2)), Plain(a=Gate(10), b=Scale(2))
    assert texts(padiff.lint(base, raw, ignore=["b.factor"], registry=gates)) == []


def test_layers_that_cannot_be_paired_raise(gates: Registry) -> None:
    with pytest.raises(padiff.PadiffError, match="cannot be paired"):
        padiff.lint(Plain(a=Gate()), Plain(), registry=gates)


def test_a_unit_inside_a_plain_class_is_found_through_any_of_its_spellings(gates: Registry) -> None:
    """Linear and TransposedLinear are of one kind, of which nothing but the weights is declared."""
    report = padiff.lint(
        Sequential(Linear(2, 3)), Sequential(TransposedLinear(2, 3)), registry=gates
    )
    assert report.findings == ()


def test_nothing_is_run(gates: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    def forward(_self: Any, *_args: Any) -> Any:
        pytest.fail("the lint ran a module")

    monkeypatch.setattr(Module, "__call__", forward)
    padiff.lint(Plain(a=Gate(), b=Act()), Plain(a=Gate(), b=Act()), registry=gates)
