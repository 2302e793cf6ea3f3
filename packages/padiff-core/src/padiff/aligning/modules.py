"""Both module trees, as the report shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from padiff.errors import LayoutError
from padiff.model import walk
from padiff.report.modules import ModuleRow, Relation
from padiff.tree import enclosing

if TYPE_CHECKING:
    from padiff.cut import Cut
    from padiff.pairing import Pairing
    from padiff.protocols import LayerHandle
    from padiff.tree import Unit

__all__ = ["module_rows"]

_Link: TypeAlias = tuple[str, str, Relation]
"""Base's path, raw's, and how the two were paired."""


def module_rows(
    roots: tuple[LayerHandle, LayerHandle], cuts: tuple[Cut, Cut], pairing: Pairing
) -> tuple[tuple[ModuleRow, ...], tuple[ModuleRow, ...]]:
    """Every module of base and of raw, in definition order.

    Args:
        roots: The two models.
        cuts: What they were cut into.
        pairing: What stands for what.
    """
    links = list(_links(pairing))
    base = {ours: (theirs, by) for ours, theirs, by in links}
    raw = {theirs: (ours, by) for ours, theirs, by in links}
    return tuple(_rows(roots[0], cuts[0], base)), tuple(_rows(roots[1], cuts[1], raw))


def _links(pairing: Pairing) -> Iterator[_Link]:
    """Each module once; that its tensors were paired says more than that its place was."""
    ours, theirs = set[str](), set[str]()
    for pair in pairing.pairs:
        ours.add(pair.base.path)
        theirs.add(pair.raw.path)
        yield pair.base.path, pair.raw.path, pair.by
    for nodes in pairing.containers:
        base, raw = nodes.base.handle.path, nodes.raw.handle.path
        if base not in ours and raw not in theirs:
            yield base, raw, "container"


def _rows(
    root: LayerHandle, cut: Cut, links: dict[str, tuple[str, Relation]]
) -> Iterator[ModuleRow]:
    units = {unit.path: unit for unit in cut.root.units()}
    whole = {path for path, unit in units.items() if unit.whole}
    dropped = {handle.path for handle in cut.dropped}
    for handle in walk(root):
        partner, by = links.get(handle.path, (None, _why_alone(handle.path, whole, dropped)))
        name = type(handle.module).__name__
        yield ModuleRow(handle.path, name, _kind(units.get(handle.path)), partner, by)


def _why_alone(path: str, whole: set[str], dropped: set[str]) -> Relation:
    above = set(enclosing(path))
    if whole & above:
        return "inside"
    return "ignored" if dropped & {path, *above} else "alone"


def _kind(unit: Unit | None) -> str:
    if unit is None or isinstance(unit.canonical, LayoutError):
        return ""
    return unit.canonical.kind.name
