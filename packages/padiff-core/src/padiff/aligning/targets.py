"""What to watch on both sides, from the pairing of two models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from padiff.capture.observer import Target
from padiff.errors import LayoutError
from padiff.lists import LayerLists
from padiff.trace.model import RecordedHandle

if TYPE_CHECKING:
    from padiff.layout import Layout
    from padiff.pairing import Pair, Pairing
    from padiff.protocols import LayerHandle

__all__ = ["Watched", "Watching", "watch", "watched_pair"]


@dataclass(frozen=True, slots=True)
class Watched:
    """Two modules that stand for each other."""

    base: LayerHandle
    raw: LayerHandle
    leaf: bool
    """Whether it is a unit, or has no modules below it."""
    pair: Pair | None
    """The pair of units, if their tensors are paired too."""
    raw_layout: Layout | None
    """Where raw's class keeps its settings; None if nobody registered it."""
    model: bool = False
    """Whether they are the two models themselves, or what stands for one within its wrapper."""

    @property
    def base_path(self) -> str:
        """Dotted path of base's module; empty for the model itself."""
        return "" if self.model else self.base.path

    @property
    def raw_path(self) -> str:
        """Dotted path of raw's module; empty for the model itself."""
        return "" if self.model else self.raw.path

    @property
    def base_class(self) -> str:
        """Base's class, by its bare name."""
        return type(self.base.module).__name__

    @property
    def raw_class(self) -> str:
        """Raw's class, by its bare name."""
        return type(self.raw.module).__name__

    @property
    def kind(self) -> str:
        """The kind of the layer; empty for a container."""
        if self.pair is None or isinstance(self.pair.base.canonical, LayoutError):
            return ""
        return self.pair.base.canonical.kind.name


@dataclass(frozen=True, slots=True)
class Watching:
    """All pairs of modules, and the targets they make on either side."""

    watched: tuple[tuple[int, Watched], ...]
    """With the key of the sequence of calls each belongs to. Several pairs share a key if a module
    of either side takes part in all of them; the first names it in reports."""

    @property
    def model(self) -> Watched:
        """The two models themselves."""
        return self.watched[0][1]

    @property
    def by_key(self) -> dict[int, Watched]:
        """The first pair of each key."""
        result: dict[int, Watched] = {}
        for key, watched in self.watched:
            result.setdefault(key, watched)
        return result

    @property
    def paired(self) -> list[tuple[Watched, Pair]]:
        """Those that are layers with tensors, each with its pair."""
        return [(watched, watched.pair) for _, watched in self.watched if watched.pair is not None]

    @property
    def base(self) -> list[Target]:
        """What to watch on the base side."""
        return [Target(key, w.base.module, w.leaf) for key, w in self.watched]

    @property
    def raw(self) -> list[Target]:
        """What to watch on the raw side."""
        return [Target(key, w.raw.module, w.leaf) for key, w in self.watched]


def watch(
    pairing: Pairing,
    depth: int | None = None,
    lists: tuple[LayerLists, LayerLists] = (LayerLists(), LayerLists()),
) -> Watching:
    """The two models, every pair of units, and every pair of containers.

    Args:
        pairing: What stands for what.
        depth: How far below the roots to go; None for all the way.
        lists: What base's and raw's users want compared; it takes both to have a pair watched.
    """
    model, *within = _pairs(pairing)
    root = _depth(model.base.path)
    found = [
        w
        for w in within
        if (depth is None or _depth(w.base.path) - root <= depth)
        and all(map(_was_watched, (w.base, w.raw)))
        and lists[0].admits(w.base.path)
        and lists[1].admits(w.raw.path)
    ]
    found.insert(0, replace(model, model=True))
    return Watching(tuple(zip(_keys(found), found, strict=True)))


def _was_watched(handle: LayerHandle) -> bool:
    """Whether there are calls to compare: a trace may have left a module's out."""
    return not isinstance(handle, RecordedHandle) or handle.watched


def _depth(path: str) -> int:
    return path.count(".") + 1 if path else 0


def _pairs(pairing: Pairing) -> Iterator[Watched]:
    by_base = {id(pair.base): pair for pair in pairing.pairs}
    for nodes in pairing.containers:
        pair = by_base.pop(id(nodes.base.unit), None)
        leaf = not (nodes.base.children or nodes.raw.children)
        yield Watched(nodes.base.handle, nodes.raw.handle, leaf, pair, nodes.raw.layout)
    yield from map(watched_pair, by_base.values())


def watched_pair(pair: Pair) -> Watched:
    """Two units that stand for each other."""
    return Watched(pair.base.handle, pair.raw.handle, pair.base.whole, pair, pair.raw.layout)


def _keys(found: Sequence[Watched]) -> list[int]:
    """Group pairs that share a module on either side, however indirectly."""
    parent = list(range(len(found)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[Any, int] = {}
    for i, watched in enumerate(found):
        for module in (watched.base.module, watched.raw.module):
            parent[root(i)] = root(first.setdefault(id(module), i))
    return [root(i) for i in range(len(found))]
