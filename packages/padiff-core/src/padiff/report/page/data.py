"""Everything the page shows, as compact JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias, get_args

from padiff.compare.noise import NoiseFloor
from padiff.compare.verdict import Verdict
from padiff.linting.finding import SEVERITIES
from padiff.report.account import evidence
from padiff.report.alignment import AlignmentReport, Origin
from padiff.report.extent import extents, notes, spreads
from padiff.report.meaning import is_of, meaning_of
from padiff.report.page.findings import Findings
from padiff.report.page.measures import Measures
from padiff.report.page.modules import Tree
from padiff.report.page.pool import Pool, columns, short
from padiff.report.units import Phase, TensorResult, UnitResult

__all__ = ["Outcome", "page_data"]

Outcome: TypeAlias = Literal["aligned", "parted", "incomplete", "empty"]
"""`incomplete` if all that was compared agrees, and something asked for was not."""

_PHASES = get_args(Phase)
_VERDICTS = list(Verdict)
_UNITS = (
    "base",
    "raw",
    "phase",
    "step",
    "call",
    "source",
    "origin",
    "verdict",
    "worst",
    "received",
    "produced",
)
_TENSORS = ("name", "verdict", "metrics", "unlike", "floor", "note")


def page_data(report: AlignmentReport) -> dict[str, Any]:
    """The report as JSON takes it: strings once, tables by column, numbers in the digits shown."""
    return _Writer(report).write()


class _Writer:
    """What the parts of the data refer to each other by."""

    def __init__(self, report: AlignmentReport) -> None:
        self.report = report
        self.strings = Pool[str]()
        self.measures = Measures(self.strings)
        self.findings = Findings(report.findings)
        self.base, self.raw = Tree(report, "base"), Tree(report, "raw")

    def write(self) -> dict[str, Any]:
        units = self.report.units
        tensors = (tensor for unit in units for tensor in (*unit.received, *unit.produced))
        return {
            "phases": _PHASES,
            "verdicts": [verdict.value for verdict in _VERDICTS],
            "severities": SEVERITIES,
            "explained": NoiseFloor.MAX,
            "about": _about(self.report),
            "extents": list(self.extents()),
            "base": self.base.to_dict(self.raw, self.strings),
            "raw": self.raw.to_dict(self.base, self.strings),
            "units": columns(_UNITS, map(self.unit, units)),
            "tensors": columns(_TENSORS, map(self.tensor, tensors)),
            "origins": [self.origin(origin) for origin in self.report.origins],
            "findings": self.findings.to_dict(self.strings),
            **self.measures.to_dict(),
            "strings": self.strings.values,
        }

    def unit(self, unit: UnitResult) -> tuple[Any, ...]:
        worst = unit.worst
        verdicts = [t.verdict for t in unit.produced if t.verdict is not None]
        return (
            self.base.number(unit.base_path),
            self.raw.number(unit.raw_path),
            _PHASES.index(unit.phase),
            unit.step,
            unit.call,
            self.strings.add(unit.source),
            int(unit.is_origin),
            _VERDICTS.index(max(verdicts)) if verdicts else -1,
            next((i for i, tensor in enumerate(unit.produced) if tensor is worst), -1),
            len(unit.received),
            len(unit.produced),
        )

    def tensor(self, tensor: TensorResult) -> tuple[Any, ...]:
        return (
            self.strings.add(tensor.name),
            -1 if tensor.verdict is None else _VERDICTS.index(tensor.verdict),
            self.measures.metrics(tensor.measured),
            self.measures.unlike(tensor.measured),
            short(tensor.floor.max_abs) if tensor.floor else None,
            self.strings.add(tensor.note),
        )

    def origin(self, origin: Origin) -> dict[str, Any]:
        holder, tensor = evidence(self.report, origin)
        at = (i for i, unit in enumerate(self.report.units) if is_of(unit, origin))
        found = TensorResult(origin.what, origin.verdict, origin.metrics)
        return {
            "unit": next(at, -1),
            "base": self.base.number(origin.base_path),
            "raw": self.raw.number(origin.raw_path),
            "base_class": origin.base_class,
            "raw_class": origin.raw_class,
            "phase": _PHASES.index(origin.phase),
            "step": origin.step,
            "call": origin.call,
            "meaning": meaning_of(self.report, origin),
            "between": origin.between,
            "holder": self.base.number(holder.base_path if holder else None),
            "tensor": dict(zip(_TENSORS, self.tensor(tensor or found), strict=True)),
            "source": origin.source,
            "findings": [self.findings.number(finding) for finding in origin.findings],
            "hints": [{"kind": hint.kind, "text": hint.text} for hint in origin.hints],
        }

    def extents(self) -> Iterator[dict[str, Any]]:
        """How much was compared, and how far differences reach, phase by phase."""
        for extent, spread in zip(extents(self.report), spreads(self.report), strict=True):
            unit = extent.largest[0] if extent.largest else None
            yield {
                "phase": _PHASES.index(extent.phase),
                "layers": extent.layers,
                "tensors": extent.tensors,
                "largest": next((i for i, u in enumerate(self.report.units) if u is unit), -1),
                "origins": spread.origins,
                "inheriting": spread.inheriting,
                "agreeing": spread.agreeing,
            }


def _about(report: AlignmentReport) -> dict[str, Any]:
    return {
        "outcome": _outcome(report),
        "base": report.base,
        "raw": report.raw,
        "base_framework": report.base_framework,
        "raw_framework": report.raw_framework,
        "steps": report.steps,
        "tolerance": report.tolerance,
        "losses": [[short(loss, 9) for loss in pair] for pair in report.losses],
        "notes": list(notes(report)),
        "unrun": report.unrun,
    }


def _outcome(report: AlignmentReport) -> Outcome:
    if report:
        return "aligned"
    if not report.origins and not any(extent.tensors for extent in extents(report)):
        return "empty"
    return "parted" if report.origins or any(report.failing()) else "incomplete"
