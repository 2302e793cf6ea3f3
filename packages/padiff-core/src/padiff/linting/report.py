"""What a lint found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from padiff.hyperparameters import Severity
from padiff.linting.engine import Unknown
from padiff.linting.finding import SEVERITIES, Finding, concerning

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

__all__ = ["LintReport", "findings_table", "summary"]

_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "info": "cyan"}


@dataclass(frozen=True, slots=True)
class LintReport:
    """The differences in configuration of two models. Truthy if none is an error.

    `str(report)` has a line for each finding and a summary; `rich.print(report)` is a table, in
    which equal findings of many layers share a row; `to_dict()` is plain data.
    """

    base: str
    """Name of the base model."""
    raw: str
    base_framework: str
    raw_framework: str
    findings: tuple[Finding, ...]
    """In base's definition order."""
    pairs: int
    """How many paired modules were looked at."""
    unknown: tuple[Unknown, ...] = ()
    """Paired modules of which something could not be compared."""
    base_alone: tuple[str, ...] = ()
    """Paths of base's modules without tensors (a Dropout, a GELU) that have no counterpart: raw may
    do the same by calling a function, or not at all. They were not compared."""
    raw_alone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.count("error")

    def count(self, severity: Severity) -> int:
        """How many findings are this bad."""
        return sum(finding.severity == severity for finding in self.findings)

    def select(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings that are this bad."""
        return tuple(finding for finding in self.findings if finding.severity == severity)

    def at(self, base_path: str) -> tuple[Finding, ...]:
        """The findings about base's layer of this path, and about its mode if set above it."""
        return concerning(self.findings, base_path)

    def __str__(self) -> str:
        lines = [f"{finding.severity:<8} {finding}" for finding in _by_severity(self.findings)]
        return "\n".join([*lines, self._summary(), *self._gaps()])

    def _summary(self) -> str:
        sides = f"{self.base} ({self.base_framework}) and {self.raw} ({self.raw_framework})"
        return f"{sides}: {summary(self.findings)} in {_plural(self.pairs, 'pair')} of modules"

    def _gaps(self) -> list[str]:
        gaps = [
            f"not compared: {each.why} ({_where(each.base_path, each.raw_path)})"
            for each in self.unknown
        ]
        for side, paths in (("base", self.base_alone), ("raw", self.raw_alone)):
            if paths:
                gaps.append(f"not compared: only {side} has {', '.join(paths)}")
        return gaps

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {
            "base": self.base,
            "raw": self.raw,
            "base_framework": self.base_framework,
            "raw_framework": self.raw_framework,
            "ok": bool(self),
            "pairs": self.pairs,
            "findings": [finding.to_dict() for finding in self.findings],
            "unknown": [
                {"base_path": each.base_path, "raw_path": each.raw_path, "why": each.why}
                for each in self.unknown
            ],
            "base_alone": list(self.base_alone),
            "raw_alone": list(self.raw_alone),
        }

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.findings:
            yield findings_table(self.findings)
        yield Text(self._summary())
        for line in self._gaps():
            yield Text(line, style="dim")


def _where(base_path: str, raw_path: str) -> str:
    return f"base {base_path or '(root)'}, raw {raw_path or '(root)'}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def summary(findings: Sequence[Finding]) -> str:
    """How many findings there are of each severity: `"1 error, 2 warnings"`.

    >>> summary(())
    'nothing found'
    """
    counts = [(s, sum(f.severity == s for f in findings)) for s in SEVERITIES]
    nouns = {"error": "error", "warning": "warning", "info": "note"}
    return ", ".join(_plural(n, nouns[s]) for s, n in counts if n) or "nothing found"


def _by_severity(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def findings_table(findings: Iterable[Finding]) -> Table:
    """Findings as a table, worst first; equal ones of several layers share a row."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("severity", no_wrap=True)
    for name in ("where", "what", "found", "do"):
        table.add_column(name, overflow="fold")
    for key, group in _grouped(findings):
        severity, subject, what, fix = key
        shown = group[0].where
        if len(group) > 1:
            shown += f" and {len(group) - 1} more"
        table.add_row(
            Text(severity, style=_STYLES[severity]), *map(Text, (shown, subject, what, fix))
        )
    return table


_Key = tuple[Severity, str, str, str]


def _key(finding: Finding) -> _Key:
    return finding.severity, finding.subject or finding.rule, finding.what, finding.fix


def _grouped(findings: Iterable[Finding]) -> list[tuple[_Key, list[Finding]]]:
    ordered = _by_severity(findings)
    first: dict[_Key, int] = {}
    for index, finding in enumerate(ordered):
        first.setdefault(_key(finding), index)
    ordered.sort(key=lambda finding: first[_key(finding)])
    return [(key, list(group)) for key, group in groupby(ordered, key=_key)]
