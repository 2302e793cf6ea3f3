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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, TypeAlias

from padiff.errors import LayoutError, PairingError, Problem
from padiff.layout import PARAMETERS
from padiff.lightweight import pair_lightweight

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

    def init_of(self, base: Unit, raw: Unit) -> InitEntry | None:
        return self.registry.find_init(
            base.handle.framework,
            base.handle.class_names,
            raw.handle.framework,
            raw.handle.class_names,
        )

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
    alone = _Alone(
        {m for p in pairs for m in p.base.memories}, {m for p in pairs for m in p.raw.memories}
    )
    ordered, base_alone, raw_alone = _pair_by_order(matcher, *left, alone)
    pairs += ordered
    order = {id(unit): i for i, unit in enumerate(base_units.values())}
    pairs.sort(key=lambda p: order[id(p.base)])
    _check_no_doubt(pairs, list(raw_units.values()))
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
        if base.unit and raw.unit and whole[0] == whole[1]:
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
            if not name.isdigit() and name in theirs:
                yield child, theirs[name]
        heavy = list(self._heavy_children(base, raw))
        yield from heavy
        yield from pair_lightweight(base, raw, heavy)

    def _heavy_children(self, base: Node, raw: Node) -> Iterator[tuple[Node, Node]]:
        numbered = _numbered(base), _numbered(raw)
        if [name for name, _ in numbered[0]] == [name for name, _ in numbered[1]]:
            yield from zip(*([node for _, node in side] for side in numbered), strict=True)
        else:
            yield from self._by_position(*([node for _, node in side] for side in numbered))

    def _by_position(self, base: list[Node], raw: list[Node]) -> Iterator[tuple[Node, Node]]:
        heavy = [[n for n in side if any(u.has_tensors for u in n.units())] for side in (base, raw)]
        same_length = len(heavy[0]) == len(heavy[1])
        if same_length and all(
            self.matcher.all_fit(list(b.units()), list(r.units()))
            for b, r in zip(*heavy, strict=True)
        ):
            yield from zip(*heavy, strict=True)


def _numbered(node: Node) -> list[tuple[str, Node]]:
    return [(name, child) for name, child in node.children if name.isdigit() and any(child.units())]


@dataclass(frozen=True, slots=True)
class _Alone:
    """Tells units that need no partner."""

    base_paired: set[object]
    raw_paired: set[object]

    def heavy(self, unit: Unit) -> bool:
        return unit.has_tensors

    def untied_base(self, unit: Unit) -> bool:
        return unit.has_tensors and not unit.memories <= self.base_paired

    def untied_raw(self, unit: Unit) -> bool:
        return unit.has_tensors and not unit.memories <= self.raw_paired


def _pair_by_order(
    matcher: _Matcher, base: list[Unit], raw: list[Unit], alone: _Alone
) -> tuple[list[Pair], list[Unit], list[Unit]]:
    attempts = (
        (base, raw),
        (list(filter(alone.heavy, base)), list(filter(alone.heavy, raw))),
        (list(filter(alone.untied_base, base)), list(filter(alone.untied_raw, raw))),
    )
    for some_base, some_raw in attempts:
        if matcher.all_fit(some_base, some_raw):
            pairs = [matcher.pair(b, r, "order") for b, r in zip(some_base, some_raw, strict=True)]
            used = {id(unit) for unit in (*some_base, *some_raw)}
            return (
                pairs,
                [unit for unit in base if id(unit) not in used],
                [unit for unit in raw if id(unit) not in used],
            )
    raise _parting(matcher, *attempts[2])


def _parting(matcher: _Matcher, base: list[Unit], raw: list[Unit]) -> PairingError:
    at = next(
        i
        for i, (b, r) in enumerate(zip_longest(base, raw))
        if b is None or r is None or not matcher.fits(b, r)
    )
    one = base[at] if at < len(base) else None
    other = raw[at] if at < len(raw) else None
    problem = Problem(
        "Among the layers no path or layer map pairs, these are the first that do not fit.",
        base=one.path or "(root)" if one else "(nothing left)",
        raw=other.path or "(root)" if other else "(nothing left)",
        got=f"base {_described(one)}\nraw {_described(other)}",
        expected="two layers of one kind, with the same canonical shapes",
        hint="name the pairs with set_layer_map, or pass ignore= for what has no counterpart",
    )
    return PairingError(
        "The layers of the two models cannot be paired.",
        [problem],
        detail=side_by_side(base, raw, at),
    )


def _described(unit: Unit | None) -> str:
    if unit is None:
        return "nothing"
    if isinstance(unit.canonical, LayoutError):
        shapes = ", ".join(f"{name} {spec.shape}" for name, spec in unit.specs.items())
        return f"{unit.class_name} ({unit.canonical.what}): {shapes or 'no tensors'}"
    shapes = ", ".join(f"{name} {shape}" for name, shape in unit.canonical.shapes.items())
    return f"{unit.class_name} ({unit.canonical.kind.name}): {shapes or 'no tensors'}"


def side_by_side(base: Sequence[Unit], raw: Sequence[Unit], at: int, around: int = 4) -> str:
    """Two lists of units beside each other, a few lines around index `at`, which is marked."""
    start, stop = max(at - around, 0), at + around + 1
    rows = [
        (f"{unit.path or '(root)'} {unit.class_name}" if unit else "-")
        for side in (base, raw)
        for unit in [*side[start:stop], *[None] * (stop - start - len(side[start:stop]))]
    ]
    half = stop - start
    lines = [
        (i + start, left, right)
        for i, (left, right) in enumerate(zip(rows[:half], rows[half:], strict=True))
        if (left, right) != ("-", "-")
    ]
    width = max(len("base"), *(len(left) for _, left, _ in lines))
    shown = [f"  {'>' if i == at else ' '} {left:<{width}}   {right}" for i, left, right in lines]
    return "\n".join([f"    {'base':<{width}}   raw", *shown])


def _check_no_doubt(pairs: Sequence[Pair], raw_order: Sequence[Unit]) -> None:
    """Refuse a pair made by order where a name or another pair speaks against it."""
    position = {id(unit): i for i, unit in enumerate(raw_order)}
    siblings: dict[str, set[str]] = {}
    for unit in raw_order:
        parent, _, leaf = unit.path.rpartition(".")
        siblings.setdefault(parent, set()).add(leaf)
    places = [position[id(p.raw)] for p in pairs]
    before = _running(places, max, -1)
    after = _running(places[::-1], min, len(raw_order))[::-1]
    problems = []
    for pair, place, highest, lowest in zip(pairs, places, before, after, strict=True):
        if pair.by != "order":
            continue
        parent, _, leaf = pair.raw.path.rpartition(".")
        wanted = pair.base.path.rpartition(".")[2]
        if wanted != leaf and not wanted.isdigit() and wanted in siblings[parent]:
            better = f"{parent}.{wanted}" if parent else wanted
            problems.append(_doubt(pair, f"raw also has a layer named {better}"))
        elif not highest <= place <= lowest:
            problems.append(_doubt(pair, "other pairs cross it"))
    if problems:
        raise PairingError("Some layers could be paired in more than one way.", problems)


def _running(places: Sequence[int], choose: Callable[[int, int], int], start: int) -> list[int]:
    result, best = [], start
    for place in places:
        result.append(best)
        best = choose(best, place)
    return result


def _doubt(pair: Pair, why: str) -> Problem:
    return Problem(
        f"These two follow one another in definition order, but {why}.",
        base=pair.base.path or "(root)",
        raw=pair.raw.path or "(root)",
        got=f"base {_described(pair.base)}\nraw {_described(pair.raw)}",
        hint="say which belong together with set_layer_map",
    )
