"""What an alignment found: frozen data, whatever way it is shown."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from padiff.compare.scalars import to_json

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

    from padiff.compare.hints import Hint
    from padiff.compare.metrics import Measured
    from padiff.compare.rules import Tolerances
    from padiff.compare.verdict import Verdict
    from padiff.linting.finding import Finding
    from padiff.report.modules import ModuleRow
    from padiff.report.page.render import Language
    from padiff.report.units import Phase, UnitResult
    from padiff.trace.index import Level

__all__ = [
    "FORMAT",
    "VERSION",
    "AlignmentReport",
    "Origin",
]

FORMAT = "padiff-report"
VERSION = 1
"""Of what `AlignmentReport.to_dict` writes."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A place where the two models part: what came in agrees, what goes out does not."""

    base_path: str
    raw_path: str
    base_class: str
    raw_class: str
    phase: Phase
    step: int
    call: int
    metrics: Measured | None
    """Of the worst tensor it produced; None if one side has none there."""
    verdict: Verdict
    what: str
    """Name of the worst tensor."""
    source: str
    """The line of user code that called raw's layer."""
    findings: tuple[Finding, ...] = ()
    """What the lint says of the layer, and of those within it."""
    hints: tuple[Hint, ...] = ()
    """Hypotheses that were tried and remove the difference."""
    between: tuple[str, str] | None = None
    """For code between two layers: the base paths of the last that agrees and the first that
    receives something else."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "base_path": self.base_path,
            "raw_path": self.raw_path,
            "base_class": self.base_class,
            "raw_class": self.raw_class,
            "phase": self.phase,
            "step": self.step,
            "call": self.call,
            "metrics": self.metrics.to_dict() if self.metrics else None,
            "verdict": self.verdict.value,
            "what": self.what,
            "source": self.source,
            "findings": [finding.to_dict() for finding in self.findings],
            "hints": [{"kind": hint.kind, "text": hint.text} for hint in self.hints],
            "between": list(self.between) if self.between else None,
        }


@dataclass(frozen=True, slots=True)
class AlignmentReport:
    """The outcome of `align`. Truthy when everything that was compared agrees.

    `str(report)` says where the models part; `rich.print(report)` shows the whole tree;
    `to_markdown()` is for a pull request, `to_html()` a page to look around in, `to_dict()` for machines;
    `save(path)` keeps it, for `padiff.report.load_report` to read back.
    """

    base: str
    raw: str
    base_framework: str
    raw_framework: str
    steps: int
    """Steps that were run."""
    origins: tuple[Origin, ...]
    """Where the models part, first place first; empty when they are aligned."""
    units: tuple[UnitResult, ...] = field(repr=False)
    """Every compared layer, in the order of time."""
    tolerance: str
    """The rule that was applied, in words."""
    losses: tuple[tuple[float, float], ...] = ()
    """Base's and raw's loss, by step."""
    notes: tuple[str, ...] = ()
    """What could not be compared, and why."""
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    """What the lint says of the two models."""
    base_modules: tuple[ModuleRow, ...] = field(default=(), repr=False)
    """Every module of base, in definition order."""
    raw_modules: tuple[ModuleRow, ...] = field(default=(), repr=False)
    single_step: bool = False
    """Whether each layer of raw was fed what base's had, so that several origins can be told apart."""
    level: Level = "full"
    """By what tensors were compared: their values, or what traces kept of them."""
    unrun: tuple[str, ...] = ()
    """What was asked for and not compared, such as `"backward"`: because something before it differed, or
    because no layer that was compared has anything there."""

    def __bool__(self) -> bool:
        tensors = [tensor for unit in self.units for tensor in unit.produced]
        compared = any(tensor.tells for tensor in tensors)
        agrees = compared and all(tensor.agrees for tensor in tensors)
        return agrees and not self.origins and not self.unrun

    @property
    def aligned(self) -> bool:
        """The same as `bool(report)`."""
        return bool(self)

    def failing(self) -> Iterator[UnitResult]:
        """The layers whose produce differs, origins and those that inherit."""
        return (unit for unit in self.units if not unit.agrees)

    def __str__(self) -> str:
        from padiff.report.text import to_text

        return to_text(self)

    def judged_with(self, tolerances: Tolerances) -> AlignmentReport:
        """The same comparison with other tolerances, without the models.

        Every tensor gets the verdict that comparing with these tolerances would have had, and the
        origins are found anew. What is stated is final: base's own rounding error excuses nothing.

        Args:
            tolerances: Rules by path, as for `align`.

        Raises:
            NotJudgeableError: If tensors were not measured in detail (`align(..., detail=True)`) that
                would have to be, or only their statistics were compared.
            NoToleranceError: If no rule covers a tensor whose dtype has no default.
        """
        from padiff.aligning.again import judge_report

        return judge_report(self, tolerances)

    def to_markdown(self) -> str:
        """The report as Markdown."""
        from padiff.report.markdown import to_markdown

        return to_markdown(self)

    def to_html(self, language: Language = "en") -> str:
        """The report as one HTML file that needs nothing else, neither network nor other files.

        Args:
            language: The language it opens in, `"en"` or `"zh"`; a switch on the page changes it.

        Raises:
            UsageError: If the language is neither.
        """
        from padiff.report.page.render import render

        return render(self, language)

    def to_junit(self) -> str:
        """The report as JUnit XML, for build servers."""
        from padiff.report.junit import to_junit

        return to_junit(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, as JSON; what is there is replaced when the whole report is written.

        Raises:
            FileError: If it cannot be written.
        """
        from padiff.writing import write_text

        write_text(Path(path), self.to_json())

    def to_json(self) -> str:
        """What `save` writes."""
        return json.dumps(self.to_dict(), allow_nan=False, indent=1) + "\n"

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> AlignmentReport:
        """The inverse of `to_dict`.

        Raises:
            SavedReportError: If `to_dict` never wrote this: a key is missing or unknown, a value is of
                another type, or the outcome is not what the verdicts say.
        """
        from padiff.report.saved import report_from

        return report_from(data)

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it. What no number of JSON's stands for is a string (`"inf"`, `"nan"`)."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "aligned": bool(self),
            "base": self.base,
            "raw": self.raw,
            "base_framework": self.base_framework,
            "raw_framework": self.raw_framework,
            "steps": self.steps,
            "tolerance": self.tolerance,
            "losses": [[to_json(loss) for loss in pair] for pair in self.losses],
            "notes": list(self.notes),
            "origins": [origin.to_dict() for origin in self.origins],
            "units": [unit.to_dict() for unit in self.units],
            "findings": [finding.to_dict() for finding in self.findings],
            "base_modules": [row.to_dict() for row in self.base_modules],
            "raw_modules": [row.to_dict() for row in self.raw_modules],
            "single_step": self.single_step,
            "level": self.level,
            "unrun": list(self.unrun),
        }

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from padiff.report.terminal import render

        yield from render(self)
