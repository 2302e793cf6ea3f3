"""The report as Markdown, for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, get_args

from padiff.report.account import Account, account
from padiff.report.outline import Cell, Row, outline
from padiff.report.text import MOST_ORIGINS, footer, headline, more_places
from padiff.report.units import Phase

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport

__all__ = ["to_markdown"]

_MARKUP = re.compile(r"[\`~\[\]]|\*(?! )|(?<! )\*|<(?=[\w/!])|(?<![^\W_])_|_(?![^\W_])")
"""Characters that may be markup where they stand: underscores within a word are none, for example."""


def to_markdown(report: AlignmentReport) -> str:
    """The report as Markdown: the outcome, each origin, and the tree folded away."""
    return "\n".join(_lines(report))


def _lines(report: AlignmentReport) -> Iterator[str]:
    yield f"**{_plain(headline(report))}**"
    for index, origin in enumerate(report.origins[:MOST_ORIGINS], 1):
        told = account(report, origin)
        if len(report.origins) > 1:
            yield from ("", f"#### {index}. {_plain(told.place)}")
        yield from ("", *_origin(told))
    if len(report.origins) > MOST_ORIGINS:
        yield from ("", _plain(more_places(report)))
    if report.units:
        yield from ("", *_tree(report))
    yield ""
    yield from (f"- {_plain(line)}" for line in footer(report))


def _origin(told: Account) -> Iterator[str]:
    yield f"- {_plain(told.classes)}"
    if told.meaning:
        yield f"- **{_plain(told.meaning)}**"
    yield from (f"- {_plain(line)}" for line in told.sentences())
    if told.tensor:
        yield from ("", *_fenced([told.tensor, *(f"  {line}" for line in told.details)]))


def _tree(report: AlignmentReport) -> Iterator[str]:
    rows = list(outline(report))
    present = {unit.phase for unit in report.units}
    yield "<details><summary>Errors by layer and phase</summary>"
    yield from ("", *_fenced(_table(rows, [p for p in get_args(Phase) if p in present])), "")
    yield "</details>"


def _table(rows: Sequence[Row], phases: Sequence[Phase]) -> Iterator[str]:
    lines = [["layer", *phases]]
    for row in rows:
        what = f" ({row.what})" if row.what else ""
        cells = [row.cells.get(phase, Cell()).words(phase) for phase in phases]
        lines.append([f"{'  ' * row.depth}{row.name}{what}", *cells])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(
            f"{text:<{width}}" for text, width in zip(line, widths, strict=True)
        ).rstrip()


def _fenced(lines: Iterable[str]) -> Iterator[str]:
    inside = "\n".join(lines)
    longest = max(map(len, re.findall("`+", inside)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}text", inside, fence)


def _plain(text: str) -> str:
    r"""Text that Markdown leaves alone.

    >>> print(_plain("self_attn of __init__, 2 * <b> [swapped]"))
    self_attn of \_\_init\_\_, 2 * \<b> \[swapped\]
    """
    return _MARKUP.sub(r"\\\g<0>", text)
