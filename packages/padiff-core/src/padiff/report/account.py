"""What is said of one origin, whatever way it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from padiff.compare.metrics import Metrics
from padiff.compare.verdict import Verdict
from padiff.linting.finding import SEVERITIES, Finding, where
from padiff.report.meaning import is_loss, is_of, is_optimizer, meaning_in_words
from padiff.report.wording import measured_lines, measured_summary

if TYPE_CHECKING:
    from padiff.compare.hints import Hint
    from padiff.report.alignment import AlignmentReport, Origin
    from padiff.report.units import TensorResult, UnitResult

__all__ = ["Account", "account", "evidence", "place"]

_MOST_FINDINGS = 5


@dataclass(frozen=True, slots=True)
class Account:
    """Sentences about one origin; those that do not apply are empty."""

    place: str
    classes: str
    meaning: str
    """What kind of fault it is, where the phase or the place tells."""
    tensor: str
    """The worst tensor, and how much of it is off."""
    details: tuple[str, ...]
    """Its errors, its worst element, what was allowed."""
    source: str
    findings: tuple[str, ...]
    hints: tuple[Hint, ...]

    def sentences(self) -> Iterator[str]:
        """What follows the measurements, each with a word in front that says what it is."""
        if self.source:
            yield f"raw calls it at {self.source}"
        yield from (f"lint {finding}" for finding in self.findings)
        yield from (f"hint: {hint.text} [{hint.kind}]" for hint in self.hints)


def account(report: AlignmentReport, origin: Origin) -> Account:
    """Tell of one origin of a report."""
    unit, tensor = evidence(report, origin)
    return Account(
        place=place(report, origin),
        classes=f"base {origin.base_class} ({report.base_framework}),"
        f" raw {origin.raw_class} ({report.raw_framework})",
        meaning=meaning_in_words(report, origin),
        tensor=_tensor(origin, unit, tensor),
        details=_details(origin, tensor),
        source=origin.source,
        findings=tuple(_findings(origin)),
        hints=origin.hints,
    )


def place(report: AlignmentReport, origin: Origin) -> str:
    """Phase, paths, call and step: `"forward at base fc / raw head, call 0"`."""
    if is_optimizer(report, origin):
        words = ["update, at the optimizer's step"]
    elif is_loss(report, origin):
        words = [f"{origin.phase}, at the loss"]
    else:
        words = [f"{origin.phase} at {_paths(origin.base_path, origin.raw_path)}"]
    if origin.between:
        last, first = origin.between
        words.append(f"between {last} and {first}" if last else f"before {first}")
    if origin.phase in ("forward", "backward") and not is_loss(report, origin):
        words.append(f"call {origin.call}")
    if origin.step:
        words.append(f"step {origin.step}")
    return ", ".join(words)


def _paths(base_path: str, raw_path: str) -> str:
    if base_path == raw_path:
        return where(base_path, raw_path)
    return f"base {base_path or '(root)'} / raw {raw_path or '(root)'}"


def evidence(
    report: AlignmentReport, origin: Origin
) -> tuple[UnitResult | None, TensorResult | None]:
    """The tensor an origin's metrics are of, and the layer it was found at.

    That is another layer if the origin is code between layers, the optimizer, or a loss.
    """
    same = [u for u in report.units if (u.phase, u.step) == (origin.phase, origin.step)]
    for unit in sorted(same, key=lambda unit: (unit.kind == "loss", not is_of(unit, origin))):
        for tensor in (*unit.produced, *unit.received):
            if tensor.name == origin.what and tensor.measured is origin.metrics:
                return unit, tensor
    return None, None


def _tensor(origin: Origin, unit: UnitResult | None, tensor: TensorResult | None) -> str:
    if not origin.what:
        return ""
    name = origin.what
    if unit and unit.base_path != origin.base_path:
        name += f" of {unit.base_path or '(root)'}"
    if origin.metrics is None:
        return f"{name}: {(tensor and tensor.note) or 'only one side has it'}"
    said = f"{name}: {measured_summary(origin.metrics)}"
    if origin.verdict is Verdict.SUSPICIOUS:
        said += "; suspicious: more than rounding explains, yet not by much"
    elif isinstance(origin.metrics, Metrics) and not origin.metrics.out_of_tolerance:
        said += ", yet this is more than rounding explains"
    return said


def _details(origin: Origin, tensor: TensorResult | None) -> tuple[str, ...]:
    if not isinstance(origin.metrics, Metrics):
        return ()
    lines = measured_lines(origin.metrics, tensor.floor if tensor else None)
    return (*lines, *((tensor.note,) if tensor and tensor.note else ()))


def _findings(origin: Origin) -> Iterator[str]:
    """Worst first; equal ones of several layers share a line."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in _by_severity(origin.findings):
        key = (finding.severity, finding.subject, finding.what, finding.fix)
        groups.setdefault(key, []).append(finding)
    shown = list(groups.values())
    for group in shown[:_MOST_FINDINGS]:
        yield _finding(group, origin)
    if len(shown) > _MOST_FINDINGS:
        yield f"has {len(shown) - _MOST_FINDINGS} more to say of it: see origin.findings"


def _by_severity(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def _finding(group: list[Finding], origin: Origin) -> str:
    first = group[0]
    at = "" if first.base_path == origin.base_path else f" at {first.where}"
    more = f" and {len(group) - 1} more" if len(group) > 1 else ""
    said = ": ".join(part for part in (first.subject, first.what) if part)
    fix = f"; {first.fix}" if first.fix else ""
    return f"{first.severity}{at}{more}: {said}{fix}"
