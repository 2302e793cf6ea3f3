"""Every part of a saved report, read back: the inverse of the `to_dict`s of this package."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeVar, get_args

from padiff.compare.hints import Hint
from padiff.compare.noise import NoiseFloor
from padiff.compare.reading import read_extended, read_measured, read_tolerance
from padiff.compare.verdict import Verdict
from padiff.linting.finding import SEVERITIES, Finding
from padiff.plain import Plain
from padiff.report.alignment import AlignmentReport, Origin
from padiff.report.modules import ModuleRow, Relation
from padiff.report.units import Phase, TensorResult, UnitResult
from padiff.trace.index import Level

__all__ = ["read_report"]

T = TypeVar("T")

_PHASES: tuple[Phase, ...] = get_args(Phase)
_LAYER = ("base_path", "raw_path", "base_class", "raw_class")


def read_report(saved: Plain) -> AlignmentReport:
    """What `AlignmentReport.to_dict` wrote, header and all.

    An origin's metrics are the very object that its tensor has, and its findings those of the
    report, as in a report that was never saved.
    """
    data = saved.record(
        *("format", "version", "aligned", "base", "raw", "base_framework", "raw_framework"),
        *("steps", "origins", "units", "tolerance", "losses", "notes", "findings"),
        *("base_modules", "raw_modules", "single_step", "level", "unrun"),
    )
    units = tuple(_unit(unit) for unit in data["units"].items())
    findings = tuple(_finding(finding) for finding in data["findings"].items())
    found = AlignmentReport(
        base=data["base"].text(),
        raw=data["raw"].text(),
        base_framework=data["base_framework"].text(),
        raw_framework=data["raw_framework"].text(),
        steps=data["steps"].whole(),
        origins=tuple(_origin(origin, units, findings) for origin in data["origins"].items()),
        units=units,
        tolerance=data["tolerance"].text(),
        losses=tuple(_losses(losses) for losses in data["losses"].items()),
        notes=tuple(note.text() for note in data["notes"].items()),
        findings=findings,
        base_modules=tuple(_module(row) for row in data["base_modules"].items()),
        raw_modules=tuple(_module(row) for row in data["raw_modules"].items()),
        single_step=data["single_step"].flag(),
        level=data["level"].choice(get_args(Level)),
        unrun=tuple(phase.text() for phase in data["unrun"].items()),
    )
    _check(data["aligned"], bool(found))
    return found


def _check(saved: Plain, outcome: bool) -> None:  # noqa: FBT001 - the value itself
    if saved.flag() is not outcome:
        raise saved.wrong(f"{str(outcome).lower()}, which is what the verdicts say")


def _losses(saved: Plain) -> tuple[float, float]:
    base, raw = saved.pair()
    return read_extended(base), read_extended(raw)


def _unit(saved: Plain) -> UnitResult:
    data = saved.record(
        *(*_LAYER, "kind", "phase", "step", "call", "depth", "source", "is_origin", "leaf"),
        *("fed", "agrees", "received", "produced"),
    )
    found = UnitResult(
        base_path=data["base_path"].text(),
        raw_path=data["raw_path"].text(),
        base_class=data["base_class"].text(),
        raw_class=data["raw_class"].text(),
        kind=data["kind"].text(),
        phase=data["phase"].choice(_PHASES),
        step=data["step"].whole(),
        call=data["call"].whole(),
        depth=data["depth"].whole(),
        received=tuple(_tensor(tensor) for tensor in data["received"].items()),
        produced=tuple(_tensor(tensor) for tensor in data["produced"].items()),
        source=data["source"].text(),
        is_origin=data["is_origin"].flag(),
        leaf=data["leaf"].flag(),
        fed=data["fed"].flag(),
    )
    _check(data["agrees"], found.agrees)
    return found


def _tensor(saved: Plain) -> TensorResult:
    data = saved.record(
        *("name", "verdict", "measured", "note", "floor", "base_path", "raw_path", "default"),
        "is_weight",
    )
    return TensorResult(
        data["name"].text(),
        data["verdict"].optional(_verdict),
        data["measured"].optional(read_measured),
        data["note"].text(),
        data["floor"].optional(_floor),
        data["base_path"].text(),
        data["raw_path"].text(),
        data["default"].optional(read_tolerance),
        is_weight=data["is_weight"].flag(),
    )


def _verdict(saved: Plain) -> Verdict:
    return Verdict(saved.choice([verdict.value for verdict in Verdict]))


def _floor(saved: Plain) -> NoiseFloor:
    data = saved.record("rms", "max_abs", "scale")
    return NoiseFloor(*(data[name].number(0) for name in ("rms", "max_abs", "scale")))


def _origin(saved: Plain, units: Iterable[UnitResult], findings: Iterable[Finding]) -> Origin:
    data = saved.record(
        *(*_LAYER, "phase", "step", "call", "metrics", "verdict", "what", "source"),
        *("findings", "hints", "between"),
    )
    place = data["phase"].choice(_PHASES), data["step"].whole()
    within = data["base_path"].text(), data["call"].whole()
    what = data["what"].text()
    metrics = data["metrics"].optional(read_measured)
    nearby = [unit for unit in units if (unit.phase, unit.step) == place]
    tensors = (
        tensor.measured
        for unit in sorted(nearby, key=lambda unit: (unit.base_path, unit.call) != within)
        for tensor in (*unit.produced, *unit.received)
        if tensor.name == what
    )
    return Origin(
        base_path=data["base_path"].text(),
        raw_path=data["raw_path"].text(),
        base_class=data["base_class"].text(),
        raw_class=data["raw_class"].text(),
        phase=place[0],
        step=place[1],
        call=within[1],
        metrics=_the_same(metrics, tensors),
        verdict=_verdict(data["verdict"]),
        what=what,
        source=data["source"].text(),
        findings=tuple(_the_same(_finding(f), findings) for f in data["findings"].items()),
        hints=tuple(_hint(hint) for hint in data["hints"].items()),
        between=data["between"].optional(_between),
    )


def _the_same(found: T, known: Iterable[T]) -> T:
    """The first of those that are known that says the same."""
    text = _text(found)
    return next((each for each in known if _text(each) == text), found)


def _text(value: Any) -> str:
    return "" if value is None else json.dumps(value.to_dict())


def _hint(saved: Plain) -> Hint:
    data = saved.record("kind", "text")
    return Hint(data["kind"].text(), data["text"].text())


def _between(saved: Plain) -> tuple[str, str]:
    first, second = saved.pair()
    return first.text(), second.text()


def _finding(saved: Plain) -> Finding:
    data = saved.record(
        *("severity", "rule", *_LAYER, "subject", "what", "fix", "base", "raw"),
        *("base_canonical", "raw_canonical", "below"),
    )
    return Finding(
        severity=data["severity"].choice(SEVERITIES),
        rule=data["rule"].text(),
        base_path=data["base_path"].text(),
        raw_path=data["raw_path"].text(),
        base_class=data["base_class"].text(),
        raw_class=data["raw_class"].text(),
        subject=data["subject"].text(),
        what=data["what"].text(),
        fix=data["fix"].text(),
        base=data["base"].text(),
        raw=data["raw"].text(),
        base_canonical=_canonical(data["base_canonical"]),
        raw_canonical=_canonical(data["raw_canonical"]),
        below=data["below"].flag(),
    )


def _canonical(saved: Plain) -> Any:
    """A value in a canonical spelling: lists stand for tuples."""
    if isinstance(saved.value, list):
        return tuple(_canonical(item) for item in saved.items())
    if isinstance(saved.value, (int, float)) and not isinstance(saved.value, bool):
        return saved.number()
    return saved.value if saved.value is None or isinstance(saved.value, bool) else saved.text()


def _module(saved: Plain) -> ModuleRow:
    data = saved.record("path", "class_name", "kind", "partner", "by")
    return ModuleRow(
        path=data["path"].text(),
        class_name=data["class_name"].text(),
        kind=data["kind"].text(),
        partner=data["partner"].optional(Plain.text),
        by=data["by"].choice(get_args(Relation)),
    )
