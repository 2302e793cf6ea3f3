"""What came of one comparison, as text: it crosses from the process of a test to that of the summary."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport

__all__ = ["PROPERTY", "Outcome", "of_error", "of_report", "outcomes"]

PROPERTY = "padiff"
"""The name of the property, in `user_properties` and in JUnit's XML."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One comparison."""

    status: Literal["aligned", "apart", "not compared"]
    pair: str = ""
    """Both models; empty where they could not be compared."""
    lines: tuple[str, ...] = ()
    """What the summary says of it."""

    def as_property(self) -> tuple[str, str]:
        """As an entry of `user_properties`, which hold what any process and any format can take."""
        return PROPERTY, json.dumps(asdict(self))


def outcomes(properties: Sequence[tuple[str, Any]]) -> Iterator[Outcome]:
    """The comparisons among the properties of a test."""
    for name, value in properties:
        if name == PROPERTY:
            fields = json.loads(value)
            yield Outcome(fields["status"], fields["pair"], tuple(fields["lines"]))


def of_report(report: AlignmentReport, files: Sequence[Path]) -> Outcome:
    """What a report comes to, and where it was written."""
    pair = f"{report.base} ({report.base_framework}), {report.raw} ({report.raw_framework})"
    if report:
        return Outcome("aligned", pair)
    return Outcome("apart", pair, (*_places(report), *map(str, files)))


def _places(report: AlignmentReport) -> Iterator[str]:
    from padiff.report.account import account
    from padiff.report.text import MOST_ORIGINS, headline, more_places

    if not report.origins:
        yield headline(report)
    for origin in report.origins[:MOST_ORIGINS]:
        told = account(report, origin)
        yield told.place
        said = (told.meaning, told.tensor, *told.sentences())
        yield from (f"  {line}" for line in said if line)
    if len(report.origins) > MOST_ORIGINS:
        yield more_places(report)


def of_error(error: Exception) -> Outcome:
    """A comparison that was not made; the test's own report has the whole error."""
    first = str(error).partition("\n")[0]
    said = f"not compared: {type(error).__name__}" + (f": {first}" if first else "")
    return Outcome("not compared", lines=(said,))
