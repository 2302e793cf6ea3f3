"""Both module trees, as columns of the page's data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from padiff.report.modules import ModuleRow
from padiff.report.page.pool import Pool, columns
from padiff.tree import enclosing

if TYPE_CHECKING:
    from padiff.model import Side
    from padiff.report.alignment import AlignmentReport

__all__ = ["Tree"]

_Row: TypeAlias = tuple[str, str, str, str | None, str]
"""Path, class, kind, the partner's path, and how it was found."""


class Tree:
    """The modules of one side, by number."""

    def __init__(self, report: AlignmentReport, side: Side) -> None:
        kept: Sequence[ModuleRow] = getattr(report, f"{side}_modules")
        rows = ((row.path, row.class_name, row.kind, row.partner, row.by) for row in kept)
        self._rows = list(rows if kept else _compared(report, side))
        self._numbers = {path: number for number, (path, *_) in enumerate(self._rows)}

    def number(self, path: str | None) -> int:
        """Which module has this path; -1 if none has."""
        return -1 if path is None else self._numbers.get(path, -1)

    def to_dict(self, partners: Tree, strings: Pool[str]) -> dict[str, list[Any]]:
        """The modules by column, their partners as numbers of the other tree."""
        return columns(
            ("path", "class", "kind", "parent", "partner", "by"),
            (
                (
                    strings.add(path),
                    strings.add(class_name),
                    strings.add(kind),
                    self._parent(path),
                    partners.number(partner),
                    strings.add(by),
                )
                for path, class_name, kind, partner, by in self._rows
            ),
        )

    def _parent(self, path: str) -> int:
        """The nearest module around one; -1 for the root."""
        return next(
            (self._numbers[above] for above in enclosing(path) if above in self._numbers), -1
        )


def _compared(report: AlignmentReport, side: Side) -> Iterator[_Row]:
    """Of a report without trees, the layers it is about; how they were paired is not known."""
    other = "raw" if side == "base" else "base"
    found: dict[str, _Row] = {"": ("", getattr(report, side), "", "", "")}
    for unit in report.units:
        if unit.kind == "loss":
            continue  # no layer
        path, class_name, partner = (
            getattr(unit, name) for name in (f"{side}_path", f"{side}_class", f"{other}_path")
        )
        found[path] = (path, class_name, unit.kind, partner, "")
    return _parents_first(found)


def _parents_first(rows: dict[str, _Row]) -> Iterator[_Row]:
    """In their order, but none before a module around it."""
    below: dict[str, list[str]] = {path: [] for path in rows}
    for path in rows:
        if path:
            below[next(above for above in enclosing(path) if above in rows)].append(path)

    def walk(path: str) -> Iterator[_Row]:
        yield rows[path]
        for child in below[path]:
            yield from walk(child)

    return walk("")
