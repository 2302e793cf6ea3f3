"""Layers of which one trains and the other does not."""

from __future__ import annotations

import padiff
from padiff import LintReport
from tests.reference import Linear, Module, Sequential

from .gates import Plain


def modes(report: LintReport) -> list[tuple[str, str, str]]:
    return [(f.base_path, f.what, f.fix) for f in report.findings if f.rule == "mode"]


def model() -> Plain:
    return Plain(stem=Linear(2, 2), body=Sequential(Linear(2, 2), Sequential(Linear(2, 2))))


TRAIN_EVAL = "base is in train(), raw in eval()"
EVAL_TRAIN = "base is in eval(), raw in train()"


def test_one_finding_speaks_for_all_below(reference: padiff.Registry) -> None:
    base, raw = model(), model()
    raw.eval()
    report = padiff.lint(base, raw, registry=reference)
    assert modes(report) == [("", TRAIN_EVAL, "call train() on raw's module")]
    (finding,) = report.findings
    assert str(finding) == f"(root)   training mode   {TRAIN_EVAL}   call train() on raw's module"
    assert (finding.severity, finding.below) == ("warning", True)
    assert (finding.base, finding.raw) == ("train()", "eval()")
    assert (finding.base_canonical, finding.raw_canonical) == ("train", "eval")


def test_it_is_found_where_a_part_alone_differs(reference: padiff.Registry) -> None:
    base, raw = model(), model()
    raw.body.eval()
    report = padiff.lint(base, raw, registry=reference)
    assert modes(report) == [("body", TRAIN_EVAL, "call train() on raw's module")]
    assert report.at("stem") == ()
    assert report.at("body.1.0") == report.findings
    assert report.at("body") == report.findings


def test_a_part_that_differs_the_other_way_round_is_named_too(reference: padiff.Registry) -> None:
    base, raw = model(), model()
    raw.eval()
    inner: tuple[Module, Module] = (getattr(base.body, "1"), getattr(raw.body, "1"))
    inner[0].eval()
    inner[1].train()
    report = padiff.lint(base, raw, registry=reference)
    assert modes(report) == [
        ("", TRAIN_EVAL, "call train() on raw's module"),
        ("body.1", EVAL_TRAIN, "call eval() on raw's module"),
    ]


def test_equal_modes_are_silent(reference: padiff.Registry) -> None:
    assert modes(padiff.lint(model(), model(), registry=reference)) == []
    assert modes(padiff.lint(model().eval(), model().eval(), registry=reference)) == []


def test_a_framework_without_modes_is_not_asked_for_one(reference: padiff.Registry) -> None:
    base, raw = model(), model()
    for module in raw.modules():
        del module.training
    assert padiff.lint(base, raw, registry=reference).findings == ()
    assert padiff.lint(raw, base.eval(), registry=reference).findings == ()
