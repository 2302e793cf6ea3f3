"""Comparing everything at two paths: each pair of traces is compared, told of and written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from padiff.cli.comparing.asked import Asked
from padiff.cli.comparing.outputs import Outputs, placed
from padiff.cli.comparing.pairs import trace_pairs
from padiff.cli.comparing.telling import outcome_of, tell, tell_all
from padiff.cli.consoles import errors, output, say_written
from padiff.cli.outcome import Outcome
from padiff.errors import PadiffError

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport

__all__ = ["Comparison"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What to compare and how, and what to do with what comes of it."""

    asked: Asked
    outputs: Outputs
    quiet: bool
    full: bool

    def run(self, base: Path, raw: Path) -> Outcome:
        """Compare all there is at two paths; the worst outcome is that of the whole.

        One of several that cannot be judged is told of, and the others are compared all the same.

        Raises:
            PadiffError: If nothing can be compared, or a file cannot be written.
        """
        pairs = trace_pairs(base, raw)
        self.outputs.check(pairs)
        if "" in pairs:
            return self._one("", *pairs[""])
        outcomes = {place: self._one_of_several(place, *pair) for place, pair in pairs.items()}
        tell_all(output(), outcomes)
        return max(outcomes.values())

    def _one(self, place: str, base: Path, raw: Path) -> Outcome:
        report = self.asked.compare(
            base,
            raw,
            detail=self.outputs.in_detail,
            progress=False if self.quiet else None,
        )
        tell(output(), report, place, quiet=self.quiet, full=self.full)
        self.write(report, place)
        return outcome_of(report)

    def write(self, report: AlignmentReport, place: str) -> None:
        """Write the files, and say so of one that is to be edited.

        Raises:
            FileError: If one cannot be written.
        """
        self.outputs.write(report, place)
        if self.outputs.tolerances and not self.quiet:
            say_written(placed(self.outputs.tolerances, place))

    def _one_of_several(self, place: str, base: Path, raw: Path) -> Outcome:
        try:
            return self._one(place, base, raw)
        except PadiffError as error:
            errors().print(Text(f"{place}: {error}"), soft_wrap=True)
            return Outcome.NOT_JUDGED
