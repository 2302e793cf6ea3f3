"""Which layer of raw stands for which layer of base.

Three ways, in this order, and each pair remembers which one made it:

1. `layer_map`: the user said so; their order is the correspondence.
2. `path`: the two have the same path below modules that are paired. Children that only have numbers
   (of a Sequential, a ModuleList) are matched by number where both sides have the same numbers, and
   by position where one side holds more modules without tensors than the other.
3. `order`: definition order among what is left, only if kinds and canonical shapes agree all along.

What cannot be paired without doubt is an error that shows both sides where they part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, TypeAlias

from padiff.errors import LayoutError
from padiff.layout import PARAMETERS
from padiff.lightweight import pair_lightweight
from padiff.parting import check_no_doubt, parting_error

if TYPE_CHECKING:
    from padiff.kind import Kind
    from padiff.registry import InitEntry, Registry
    from padiff.tree import Node, Unit

__all__ = ["NodePair", "Pair", "PairedBy", "Pairing", "common_kind", "pair_trees"]

PairedBy: TypeAlias = Literal["layer_map", "path", "order"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two units that stand for each other."""

    base: Unit
    raw: Unit
    by: PairedBy
    init: InitEntry | None
    """The init function registered for the two classes; it wins over their layouts."""

    @property
    def where(self) -> str:
        """Both paths, for messages."""
        return f"base {self.base.path or '(root)'}, raw {self.raw.path or '(root)'}"


@dataclass(frozen=True, slots=True)
class NodePair:
    """Two modules that are no units and stand for each other: containers, or a Dropout and such."""

    base: Node
    raw: Node


@dataclass(frozen=True, slots=True)
class Pairing:
    """All units of two models, each paired or known to need no partner."""

    pairs: tuple[Pair, ...]
    """In base's definition order."""
    containers: tuple[NodePair, ...]
    """Containers and modules without tensors found at equal paths; the roots come first."""
    base_alone: tuple[Unit, ...]
    """Base units without a partner: all their tensors are tied to others', or they have none."""
    raw_alone: tuple[Unit, ...]


def common_kind(base: Unit, raw: Unit) -> Kind | None:
    """The kind as which two units can exchange tensors through their layouts; None if there is none."""
    if isinstance(base.canonical, LayoutError) or isinstance(raw.canonical, LayoutError):
        return None
    kinds = base.canonical.kind, raw.canonical.kind
    if kinds[0] == kinds[1]:
        return kinds[0]
    if PARAMETERS not in kinds:
        return None
    known = kinds[0] if kinds[1] == PARAMETERS else kinds[1]
    same_tensors = base.canonical.shapes == raw.canonical.shapes
    return known if known.elementwise and same_tensors else None


@dataclass(frozen=True, slots=True)
class _Matcher:
    registry: Registry
    known: dict[tuple[type, type], InitEntry | None] = field(default_factory=dict)

    def init_of(self, base: Unit, raw: Unit) -> InitEntry | None:
        """The init function for the two, looked up once for each pair of classes."""
        classes = type(base.handle.module), type(raw.handle.module)
        if classes not in self.known:
            self.known[classes] = self.registry.find_init(
                base.handle.framework,
                base.handle.class_names,
                raw.handle.framework,
                raw.handle.class_names,
            )
        return self.known[classes]

    def pair(self, base: Unit, raw: Unit, by: PairedBy) -> Pair:
        return Pair(base, raw, by, self.init_of(base, raw))

    def fits(self, base: Unit, raw: Unit) -> bool:
        """Whether the two could exchange weights: same kind, and same shapes where both have them."""
        if self.init_of(base, raw):
            return True
        if isinstance(base.canonical, LayoutError) or isinstance(raw.canonical, LayoutError):
            return False
        kind = common_kind(base, raw)
        ours, theirs = base.canonical.shapes, raw.canonical.shapes
        if kind is None or any(ours[name] != theirs[name] for name in ours.keys() & theirs.keys()):
            return False
        alone = (kind.find(name) for name in ours.keys() ^ theirs.keys())
        return all(tensor is not None and tensor.neutral is not None for tensor in alone)

    def first_misfit(self, base: Sequence[Unit], raw: Sequence[Unit]) -> int:
        """Index of the first two that do not fit; there must be one."""
        return next(
            i
            for i, (b, r) in enumerate(zip_longest(base, raw))
            if b is None or r is None or not self.fits(b, r)
        )

    def all_fit(self, base: Sequence[Unit], raw: Sequence[Unit]) -> bool:
        return len(base) == len(raw) and all(map(self.fits, base, raw))


def pair_trees(
    base: Node, raw: Node, registry: Registry, mapped: Sequence[tuple[str, str]] = ()
) -> Pairing:
    """Pair the units of two models.

    Args:
        base: The base model's tree.
        raw: The raw model's tree.
        registry: Where init functions are looked up.
        mapped: Pairs of paths (base, raw) from the layer maps.

    Raises:
        PairingError: If a unit is left without a partner, or a pair could as well be another.
    """
    matcher = _Matcher(registry)
    base_units = {unit.path: unit for unit in base.units()}
    raw_units = {unit.path: unit for unit in raw.units()}
    pairs = [
        matcher.pair(base_units[base_path], raw_units[raw_path], "layer_map")
        for base_path, raw_path in mapped
    ]
    taken = {id(p.base) for p in pairs}, {id(p.raw) for p in pairs}
    descent = _Descent(matcher, taken)
    descent.visit(base, raw)
    pairs += descent.pairs
    left = (
        [u for u in base_units.values() if id(u) not in taken[0]],
        [u for u in raw_units.values() if id(u) not in taken[1]],
    )
    ordered, base_alone, raw_alone = _pair_by_order(matcher, *left, pairs)
    pairs += ordered
    order = {id(unit): i for i, unit in enumerate(base_units.values())}
    pairs.sort(key=lambda p: order[id(p.base)])
    check_no_doubt(pairs, list(raw_units.values()))
    return Pairing(tuple(pairs), tuple(descent.containers), tuple(base_alone), tuple(raw_alone))


class _Descent:
    """Walks both trees together and pairs what has the same path."""

    def __init__(self, matcher: _Matcher, taken: tuple[set[int], set[int]]) -> None:
        self.matcher = matcher
        self.taken = taken
        self.pairs: list[Pair] = []
        self.containers: list[NodePair] = []

    def visit(self, base: Node, raw: Node) -> None:
        whole = bool(base.unit and base.unit.whole), bool(raw.unit and raw.unit.whole)
        alike = whole[0] == whole[1] or not (_units_below(base) or _units_below(raw))
        if base.unit and raw.unit and alike:
            self._take(base.unit, raw.unit)
        if not any(whole):
            self.containers.append(NodePair(base, raw))
            for base_child, raw_child in self._children(base, raw):
                self.visit(base_child, raw_child)

    def _take(self, base: Unit, raw: Unit) -> None:
        if id(base) not in self.taken[0] and id(raw) not in self.taken[1]:
            self.pairs.append(self.matcher.pair(base, raw, "path"))
            self.taken[0].add(id(base))
            self.taken[1].add(id(raw))

    def _children(self, base: Node, raw: Node) -> Iterator[tuple[Node, Node]]:
        ours, theirs = dict(base.children), dict(raw.children)
        for name, child in ours.items():
            if not _list_of(name) and name in theirs:
                yield child, theirs[name]
        for kept_in in dict.fromkeys(_list_of(name) for name in ours if _list_of(name)):
            numbered = _in_list(ours, kept_in), _in_list(theirs, kept_in)
            heavy = list(self._heavy(*numbered))
            yield from heavy
            yield from pair_lightweight(*numbered, heavy)

    def _heavy(self, base: dict[str, Node], raw: dict[str, Node]) -> Iterator[tuple[Node, Node]]:
        ours, theirs = ({n: c for n, c in side.items() if any(c.units())} for side in (base, raw))
        if list(ours) == list(theirs):
            yield from zip(ours.values(), theirs.values(), strict=True)
        else:
            yield from self._by_position(list(ours.values()), list(theirs.values()))

    def _by_position(self, base: list[Node], raw: list[Node]) -> Iterator[tuple[Node, Node]]:
        heavy = [[n for n in side if any(u.has_tensors for u in n.units())] for side in (base, raw)]
        same_length = len(heavy[0]) == len(heavy[1])
        if same_length and all(
            self.matcher.all_fit(list(b.units()), list(r.units()))
            for b, r in zip(*heavy, strict=True)
        ):
            yield from zip(*heavy, strict=True)


def _units_below(node: Node) -> bool:
    return any(True for _, child in node.children for _ in child.units())


def _list_of(name: str) -> str:
    """What tells the siblings apart that only have numbers; empty for a child with a name.

    `.` for those of a Sequential, `blocks.` for those of a plain list of this name.
    """
    kept_in, _, last = name.rpartition(".")
    return f"{kept_in}." if last.isdigit() else ""


def _in_list(children: dict[str, Node], kept_in: str) -> dict[str, Node]:
    return {name: child for name, child in children.items() if _list_of(name) == kept_in}


def _pair_by_order(
    matcher: _Matcher, base: list[Unit], raw: list[Unit], paired: Sequence[Pair]
) -> tuple[list[Pair], list[Unit], list[Unit]]:
    for some_base, some_raw in _attempts(base, raw, paired):
        if matcher.all_fit(some_base, some_raw):
            pairs = [matcher.pair(b, r, "order") for b, r in zip(some_base, some_raw, strict=True)]
            used = {id(unit) for unit in (*some_base, *some_raw)}
            return (
                pairs,
                [unit for unit in base if id(unit) not in used],
                [unit for unit in raw if id(unit) not in used],
            )
    raise parting_error(some_base, some_raw, matcher.first_misfit(some_base, some_raw))


def _attempts(
    base: list[Unit], raw: list[Unit], paired: Sequence[Pair]
) -> Iterator[tuple[list[Unit], list[Unit]]]:
    """What may follow one another in order: all units, or those that need a partner."""
    yield base, raw
    base, raw = ([unit for unit in units if unit.has_tensors] for units in (base, raw))
    yield base, raw
    yield (
        _untied(base, {memory for pair in paired for memory in pair.base.memories}),
        _untied(raw, {memory for pair in paired for memory in pair.raw.memories}),
    )


def _untied(units: list[Unit], known: set[object]) -> list[Unit]:
    """The units with a tensor that none of those already paired holds."""
    return [unit for unit in units if not unit.memories <= known]
