"""The report for a terminal: where the models part, and the tree with a column of errors per phase."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, get_args

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from padiff.report.account import account
from padiff.report.outline import Cell, Row, State, outline
from padiff.report.text import MOST_ORIGINS, footer, headline, more_places, origin_lines
from padiff.report.units import Phase

if TYPE_CHECKING:
    from rich.console import RenderableType

    from padiff.report.alignment import AlignmentReport

__all__ = ["render"]

_STYLES: dict[State, str] = {
    "nothing": "dim",
    "agrees": "green",
    "inherits": "dim",
    "origin": "bold red",
}
_LINES = {"hint": "bold cyan", "lint": "yellow"}


def render(report: AlignmentReport, *, full: bool = False) -> Iterator[RenderableType]:
    """Everything there is to show, from top to bottom.

    Args:
        report: The report.
        full: A line for every layer, instead of one for each subtree without an origin.
    """
    told = headline(report)
    yield Text(told, style="bold green" if told.startswith("Aligned") else "bold red")
    yield from _origins(report)
    if report.units:
        yield Text()
        yield _table(report, list(outline(report, full=full)))
        yield Text()
    yield from (_line(line) for line in footer(report))


def _origins(report: AlignmentReport) -> Iterator[RenderableType]:
    several = len(report.origins) > 1
    for index, origin in enumerate(report.origins[:MOST_ORIGINS], 1):
        told = account(report, origin)
        if several:
            yield Text(f"{index}. {told.place}", style="bold")
        yield from (_line(f"  {line}") for line in origin_lines(told))
    if len(report.origins) > MOST_ORIGINS:
        yield Text(more_places(report), style="bold")


def _line(line: str) -> RenderableType:
    """A line whose indentation holds where it wraps."""
    text = line.lstrip()
    style = _LINES.get(text.partition(" ")[0].rstrip(":"), "")
    return Padding(Text(text, style=style), (0, 0, 0, len(line) - len(text)), expand=False)


def _table(report: AlignmentReport, rows: list[Row]) -> Table:
    present = {unit.phase for unit in report.units}
    phases: list[Phase] = [phase for phase in get_args(Phase) if phase in present]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("layer", overflow="fold")
    for phase in phases:
        table.add_column(phase, no_wrap=True)
    for row in rows:
        cells = [row.cells.get(phase, Cell()) for phase in phases]
        table.add_row(_name(row, cells), *map(_cell, phases, cells))
    return table


def _name(row: Row, cells: list[Cell]) -> RenderableType:
    states = {cell.state for cell in cells}
    style = "bold" if "origin" in states else "dim" if "inherits" in states else ""
    text = Text.assemble((row.name, style), (f" ({row.what})" if row.what else "", "dim"))
    return Padding(text, (0, 0, 0, 2 * row.depth), expand=False)


def _cell(phase: Phase, cell: Cell) -> Text:
    return Text(cell.words(phase), style=_STYLES[cell.state])
