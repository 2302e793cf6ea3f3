"""The layer map: the modules a user pairs by hand, on one side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from padiff.errors import LayerMapError

if TYPE_CHECKING:
    from padiff.lookup import Lookup
    from padiff.model import ProxyModel

__all__ = ["LayerMap", "Side", "make_layer_map", "map_of_paths", "match_layer_maps"]

Side: TypeAlias = Literal["base", "raw"]


@dataclass(frozen=True, slots=True)
class LayerMap:
    """The modules a user singled out, in their order, or those found to be supported."""

    paths: tuple[str, ...]
    auto: Side | None = None
    """The side `auto_layer_map` was called for; None for a map the user wrote."""


def make_layer_map(layers: Sequence[Any], lookup: Lookup) -> LayerMap | None:
    """The map of these modules; None of none.

    Raises:
        LayerMapError: See `ProxyModel.set_layer_map`.
    """
    if isinstance(layers, str) or not isinstance(layers, Iterable):
        raise LayerMapError(
            "A layer map is a sequence of modules.",
            got=type(layers).__name__,
            expected="[model.model.fc1, model.model.fc2]",
        )
    paths = tuple(_paths(list(layers), lookup))
    return LayerMap(paths) if paths else None


def map_of_paths(paths: Sequence[str], lookup: Lookup) -> LayerMap | None:
    """The map of the modules at these dotted paths; None of none.

    Raises:
        LayerMapError: See `ProxyModel.set_layer_paths`.
    """
    for position, path in enumerate(paths):
        lookup.check_path(path, position)
    _check_apart(paths, lookup)
    return LayerMap(tuple(paths)) if paths else None


def _paths(layers: Sequence[Any], lookup: Lookup) -> Iterator[str]:
    found = [lookup.paths(layer, position)[0] for position, layer in enumerate(layers)]
    _check_apart(found, lookup)
    yield from found


def _check_apart(paths: Sequence[str], lookup: Lookup) -> None:
    """Refuse a module given twice, and one inside another."""
    seen: dict[str, int] = {}
    for position, path in enumerate(paths):
        if path in seen:
            raise LayerMapError(
                f"{lookup.name}'s layer map holds a module twice.",
                where=path or "(root)",
                got=f"entries {seen[path]} and {position}",
            )
        seen[path] = position
    _refuse_nested(lookup.name, seen)


def _refuse_nested(name: str, positions: dict[str, int]) -> None:
    for inner in positions:
        for outer, position in positions.items():
            if inner != outer and (not outer or inner.startswith(outer + ".")):
                raise LayerMapError(
                    f"{name}'s layer map holds a module and a part of it.",
                    where=inner,
                    got=f"it is inside entry {position}, {outer or '(root)'}",
                    hint="map the outer module, or its parts, not both",
                )


def match_layer_maps(base: ProxyModel[Any], raw: ProxyModel[Any]) -> list[tuple[str, str]]:
    """The pairs of paths two layer maps say; empty without them, or if both were found by padiff.

    Two maps from `auto_layer_map` say nothing beyond what pairing by path and by order finds.

    Raises:
        LayerMapError: If one side has a map and the other none, or their lengths differ, or a map
            was found for the other part than the model now plays.
    """
    maps = base.layer_map, raw.layer_map
    _check_part("base", base)
    _check_part("raw", raw)
    if maps[0] and maps[1] and maps[0].auto and maps[1].auto:
        return []
    counts = [len(m.paths) if m else 0 for m in maps]
    if counts[0] != counts[1]:
        raise LayerMapError(
            "The two layer maps have different lengths.",
            where=f"base {base.name}, raw {raw.name}",
            got=f"{counts[0]} and {counts[1]} layers\n"
            f"base: {_listed(maps[0])}\nraw: {_listed(maps[1])}",
            expected="the n-th layer of base's map standing for the n-th of raw's",
        )
    if not (maps[0] and maps[1]):
        return []
    return list(zip(maps[0].paths, maps[1].paths, strict=True))


def _check_part(side: Side, model: ProxyModel[Any]) -> None:
    found = model.layer_map.auto if model.layer_map else None
    if found and found != side:
        raise LayerMapError(
            "A layer map was found for the other part.",
            where=f"{side} {model.name}",
            got=f'auto_layer_map("{found}")',
            expected=f'auto_layer_map("{side}"), or base and raw the other way round',
        )


def _listed(layers: LayerMap | None) -> str:
    return ", ".join(path or "(root)" for path in layers.paths) if layers else "no layer map"
