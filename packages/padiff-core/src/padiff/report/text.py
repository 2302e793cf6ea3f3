"""The report in plain text, for logs and exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from padiff.linting.report import summary
from padiff.report.account import Account, account, place
from padiff.report.extent import error_of, extents, loss_line, notes, spread
from padiff.report.wording import count, listed, number

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport

__all__ = ["MOST_ORIGINS", "footer", "headline", "more_places", "origin_lines", "to_text"]

MOST_ORIGINS = 5
"""So many origins are told of; the others are only named."""


_LEVELS = {"statistics": "statistics", "hash": "hashes"}


def to_text(report: AlignmentReport) -> str:
    """The report in plain text: the first line says it all, what follows explains it."""
    return "\n".join([headline(report), *_origins(report), *_indented(footer(report))])


def headline(report: AlignmentReport) -> str:
    """Aligned, and how well; or where they part."""
    if report.origins:
        first = place(report, report.origins[0])
        if len(report.origins) == 1:
            return f"Not aligned: they part in {first}"
        places = count(len(report.origins), "place")
        return f"Not aligned: they part in {places}, first in {first}"
    compared = extents(report)
    if not any(extent.tensors for extent in compared):
        return "Nothing was compared"
    if report.unrun and not any(report.failing()):
        missing = listed(report.unrun)
        return f"Not complete: all that was compared agrees, but not compared was: {missing}"
    if not report:
        differing = count(len({unit.base_path for unit in report.failing()}), "layer")
        return f"Not aligned: something differs at {differing}"
    phases = [extent.phase for extent in compared]
    named = " and ".join([*([", ".join(phases[:-1])] if phases[1:] else []), phases[-1]])
    told = "" if report.level == "full" else f", as far as {_LEVELS[report.level]} tell"
    return f"Aligned in {named}{told}: {_largest(report)}"


def _largest(report: AlignmentReport) -> str:
    found = [(extent.phase, *extent.largest) for extent in extents(report) if extent.largest]
    if not found:
        return "identical"
    phase, unit, tensor = max(found, key=lambda each: error_of(each[2]))
    at = unit.base_path or "(root)"
    return f"largest error {number(error_of(tensor))}, in {phase} at {at}"


def _origins(report: AlignmentReport) -> Iterator[str]:
    several = len(report.origins) > 1
    for index, origin in enumerate(report.origins[:MOST_ORIGINS], 1):
        told = account(report, origin)
        if several:
            yield f"{index}. {told.place}"
        yield from _indented(origin_lines(told))
    if len(report.origins) > MOST_ORIGINS:
        yield more_places(report)


def more_places(report: AlignmentReport) -> str:
    """The origins nothing more is told of."""
    rest = [place(report, origin) for origin in report.origins[MOST_ORIGINS:]]
    return f"{count(len(rest), 'more place')}: {listed(rest, '; ')}"


def origin_lines(told: Account) -> Iterator[str]:
    """What is said of an origin besides its place; measurements are indented."""
    yield told.classes
    if told.meaning:
        yield told.meaning
    if told.tensor:
        yield told.tensor
    yield from _indented(told.details)
    yield from told.sentences()


def _indented(lines: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def footer(report: AlignmentReport) -> Iterator[str]:
    """How much was compared, by which rule, and what was not."""
    if not report.origins and not any(report.failing()):
        width = max((len(extent.phase) for extent in extents(report)), default=0)
        yield from (f"{extent.phase:<{width}}  {extent}" for extent in extents(report))
    else:
        yield spread(report)
    sides = f"{report.base} ({report.base_framework}) and {report.raw} ({report.raw_framework})"
    yield f"compared: {sides}, {count(report.steps, 'step')}"
    yield f"tolerance: {report.tolerance}"
    if line := loss_line(report):
        yield line
    told = {id(finding) for origin in report.origins for finding in origin.findings}
    if rest := [finding for finding in report.findings if id(finding) not in told]:
        yield f"lint{' elsewhere' if told else ''}: {summary(rest)}, see report.findings"
    yield from (f"note: {note}" for note in notes(report))
