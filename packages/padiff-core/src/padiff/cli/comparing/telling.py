"""Reports on standard output, and what the status of the process is then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.text import Text

from padiff.cli.outcome import Outcome
from padiff.report.terminal import render
from padiff.report.text import headline
from padiff.report.wording import count

if TYPE_CHECKING:
    from rich.console import Console

    from padiff.report.alignment import AlignmentReport

__all__ = ["outcome_of", "tell", "tell_all"]


def outcome_of(report: AlignmentReport) -> Outcome:
    """What a report says: a difference, wherever it is; else whether all was compared."""
    if report:
        return Outcome.ALIGNED
    if report.origins or any(report.failing()):
        return Outcome.NOT_ALIGNED
    return Outcome.NOT_JUDGED


def tell(console: Console, report: AlignmentReport, place: str, *, quiet: bool, full: bool) -> None:
    """Print a report.

    Args:
        console: Where to.
        report: The report.
        place: Which of several it is; empty if it is the only one.
        quiet: Print its first line alone.
        full: Print a line for every layer.
    """
    if quiet:
        said = headline(report)
        console.print(Text(f"{place}: {said}" if place else said), soft_wrap=True)
        return
    if place:
        console.print(Text(place, style="bold underline"))
    for part in render(report, full=full):
        console.print(part)
    if place:
        console.print()


_WORDS = {
    Outcome.ALIGNED: "aligned",
    Outcome.NOT_ALIGNED: "not aligned",
    Outcome.NOT_JUDGED: "not judged",
}


def tell_all(console: Console, outcomes: Mapping[str, Outcome]) -> None:
    """Print how many of several comparisons came out how, and which did not agree."""
    parts = []
    for outcome, words in _WORDS.items():
        places = [place for place, each in outcomes.items() if each is outcome]
        which = f" ({', '.join(places)})" if outcome else ""
        if places:
            parts.append(f"{len(places):,} {words}{which}")
    said = f"{count(len(outcomes), 'comparison')}: {', '.join(parts)}"
    console.print(Text(said), soft_wrap=True)
