"""The model's tree with errors by phase, folded where nothing needs to be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from padiff.compare.metrics import Incomparable, Measured
from padiff.report.units import Phase
from padiff.report.wording import count, number
from padiff.tree import enclosing

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport
    from padiff.report.units import UnitResult

__all__ = ["Cell", "Row", "State", "outline"]

State: TypeAlias = Literal["nothing", "agrees", "inherits", "origin"]
"""What became of a layer in a phase; of several layers, the last of these."""

_STATES = get_args(State)
_MOST_ORIGINS = 20
"""So many origins get a line of their own."""
_FEW = 5
"""So many neighbours are shown one by one beside an origin,"""
_SOME = 20
"""and so many otherwise."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The largest error of some layers in one phase."""

    state: State = "nothing"
    size: float = -1.0
    """To compare by: infinite for what has no number."""
    error: str = "-"

    def words(self, phase: Phase) -> str:
        """The error, and what it is unless it agrees: `"0.0349 origin"`."""
        inherits = "inherits" if phase in ("forward", "backward") else "differs"
        return self.error + {"origin": " origin", "inherits": f" {inherits}"}.get(self.state, "")

    def __or__(self, other: Cell) -> Cell:
        state = max(self.state, other.state, key=_STATES.index)
        larger = max(self, other, key=lambda cell: cell.size)
        return Cell(state, larger.size, larger.error)


@dataclass(frozen=True, slots=True)
class Row:
    """One layer, or several that are folded into one line."""

    depth: int
    name: str
    what: str
    """Its class; of several layers, how many."""
    cells: dict[Phase, Cell]


@dataclass(eq=False, slots=True)
class _Entry:
    path: str
    name: str
    """The path, from that of the entry above it."""
    base_class: str
    own: dict[Phase, Cell] = field(default_factory=dict)
    children: list[_Entry] = field(default_factory=list)
    all: dict[Phase, Cell] = field(default_factory=dict)
    """Of the layer and all below it."""
    layers: int = 1
    shown: bool = False
    """Whether it, or a layer below it, is an origin that gets its own line."""
    opened: bool = False
    """Whether it gets its own line although there is no origin below it."""

    @property
    def is_origin(self) -> bool:
        return any(cell.state == "origin" for cell in self.own.values())

    @property
    def state(self) -> State:
        """The worst of all phases."""
        states: list[State] = ["agrees", *(cell.state for cell in self.all.values())]
        return max(states, key=_STATES.index)


def outline(report: AlignmentReport, *, full: bool = False) -> Iterator[Row]:
    """The tree, line by line.

    Subtrees without an origin are one line each, with the largest error of all layers in them; so are
    long runs of such neighbours.

    Args:
        report: The report. If the models part, only the step where they do is shown.
        full: A line for every layer.
    """
    root = _tree(report)
    _summarise(root)
    _mark(root, _MOST_ORIGINS)
    yield Row(0, report.base, root.base_class if root.base_class != report.base else "", root.own)
    if full:
        yield from _every(root, 1)
    else:
        _open_wrappers(root)
        yield from _below(root, 1, _FEW if report.origins else _SOME)


def _open_wrappers(root: _Entry) -> None:
    """Look into a model that is all within another, unless there is an origin to look at."""
    at = root
    while not at.shown and len(at.children) == 1 and at.children[0].children:
        at = at.children[0]
        at.opened = True


def _tree(report: AlignmentReport) -> _Entry:
    steps = {origin.step for origin in report.origins}
    units = [unit for unit in report.units if not steps or unit.step in steps]
    root = _Entry("", "", next((unit.base_class for unit in units if not unit.base_path), ""))
    entries = {"": root}
    for unit in units:
        if unit.base_path not in entries:
            entries[unit.base_path] = _Entry(unit.base_path, "", unit.base_class)
        own = entries[unit.base_path].own
        own[unit.phase] = own.get(unit.phase, Cell()) | _cell(unit)
    for path, entry in entries.items():
        if path:
            above = next(entries[p] for p in enclosing(path) if p in entries)
            entry.name = path[len(above.path) :].removeprefix(".")
            above.children.append(entry)
    for origin in report.origins:
        if at := entries.get(origin.base_path):
            # Of code between layers, and of the optimizer, not what the layer itself produced.
            at.own[origin.phase] = Cell("origin", *_size(origin.metrics))
    return root


def _cell(unit: UnitResult) -> Cell:
    state: State = "agrees" if unit.agrees else "inherits"
    bad = [t.measured for t in unit.produced if not t.agrees]
    compared = bad or [t.measured for t in unit.produced if t.verdict is not None]
    if not compared:
        return Cell()
    return Cell(state, *max(map(_size, compared)))


def _size(measured: Measured | None) -> tuple[float, str]:
    """Its largest error, to compare by and as it is written."""
    if measured is None:
        return float("inf"), "missing"
    if isinstance(measured, Incomparable):
        return float("inf"), measured.reason
    if measured.nonfinite_differences:
        return float("inf"), "NaN/inf"
    return measured.max_abs, number(measured.max_abs)


def _summarise(entry: _Entry) -> None:
    entry.all = dict(entry.own)
    for child in entry.children:
        _summarise(child)
        entry.layers += child.layers
        entry.all = _merged([entry.all, child.all])


def _merged(cells: Iterable[dict[Phase, Cell]]) -> dict[Phase, Cell]:
    result: dict[Phase, Cell] = {}
    for each in cells:
        for phase, cell in each.items():
            result[phase] = result.get(phase, Cell()) | cell
    return result


def _mark(entry: _Entry, left: int) -> int:
    """Mark the first origins and what is above them; returns how many more may be marked."""
    entry.shown = entry.is_origin and left > 0
    left -= entry.shown
    for child in entry.children:
        left = _mark(child, left)
        entry.shown = entry.shown or child.shown
    return left


def _below(entry: _Entry, depth: int, limit: int) -> Iterator[Row]:
    runs = _runs(entry.children, lambda child: child.state)
    if sum(len(run) if len(run) <= limit else 1 for run in runs) > _SOME:
        runs = _runs(entry.children, lambda _: "nothing")
    for run in runs:
        if run[0].shown or run[0].opened:
            yield _row(run[0], depth, run[0].own)
            yield from _below(run[0], depth + 1, limit)
        elif len(run) > limit:
            yield _folded(run, depth)
        else:
            yield from (_row(child, depth, child.all, folded=True) for child in run)


def _runs(entries: Sequence[_Entry], state: Callable[[_Entry], State]) -> list[list[_Entry]]:
    """Neighbours of one state; each with an origin by itself."""
    keyed = groupby(entries, lambda entry: entry.path if entry.shown else (state(entry),))
    return [list(run) for _, run in keyed]


def _every(entry: _Entry, depth: int) -> Iterator[Row]:
    for child in entry.children:
        yield _row(child, depth, child.own)
        yield from _every(child, depth + 1)


def _row(entry: _Entry, depth: int, cells: dict[Phase, Cell], *, folded: bool = False) -> Row:
    inside = f", {count(entry.layers, 'layer')}" if folded and entry.layers > 1 else ""
    return Row(depth, entry.name, entry.base_class + inside, cells)


def _folded(run: list[_Entry], depth: int) -> Row:
    layers = sum(entry.layers for entry in run)
    name = f"{run[0].name} ... {run[-1].name}"
    return Row(depth, name, count(layers, "layer"), _merged(entry.all for entry in run))
