"""Both models cut into units, so that they can be paired."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from padiff.errors import LayerMapError
from padiff.model import match_layer_maps, walk
from padiff.pairing import Pairing, pair_trees
from padiff.registry import ClassKey
from padiff.tree import build_tree

if TYPE_CHECKING:
    from padiff.ignoring import Ignore
    from padiff.model import ProxyModel, Side
    from padiff.protocols import LayerHandle
    from padiff.registry import Registry
    from padiff.tree import Node

__all__ = ["Cut", "cut_model", "no_longer_there", "pair_models"]


@dataclass(frozen=True, slots=True)
class Cut:
    """One model's tree, and what the user had left out of it."""

    root: Node
    dropped: tuple[LayerHandle, ...]


def pair_models(
    base: ProxyModel[Any], raw: ProxyModel[Any], registry: Registry, ignore: Ignore
) -> tuple[Pairing, Cut, Cut]:
    """Cut both models into units and pair them.

    Raises:
        LayerMapError: If the layer maps do not fit together.
        PairingError: If a unit has no partner, or could have another.
    """
    mapped = match_layer_maps(base, raw)
    handles = base.handle(), raw.handle()
    sides: tuple[Side, Side] = ("base", "raw")
    for side, handle in zip(sides, handles, strict=True):
        ignore.bind(side, handle)
    cuts = [
        cut_model(
            handles[index],
            side,
            registry,
            mapped=[pair[index] for pair in mapped],
            opaque=_Joined(index, handles[1 - index], registry),
            ignore=ignore,
        )
        for index, side in enumerate(sides)
    ]
    return pair_trees(cuts[0].root, cuts[1].root, registry, mapped), cuts[0], cuts[1]


def cut_model(
    root: LayerHandle,
    side: Side,
    registry: Registry,
    *,
    mapped: Collection[str],
    opaque: Callable[[LayerHandle], bool],
    ignore: Ignore,
) -> Cut:
    """Cut one model; `opaque` tells the modules that init functions take whole.

    Raises:
        LayerMapError: If a `mapped` path is ignored, or no module of the model any more.
    """
    dropped: list[LayerHandle] = []

    def is_ignored(handle: LayerHandle) -> bool:
        hit = ignore.module(side, handle.path)
        if hit:
            dropped.append(handle)
        return hit

    tree = build_tree(
        root,
        registry,
        mapped=mapped,
        opaque=opaque,
        ignored=is_ignored,
        ignored_tensor=(lambda path: ignore.tensor(side, path)) if ignore else None,
    )
    found = {unit.path for unit in tree.units()} if mapped else set()
    for path in mapped:
        if path not in found:
            raise _lost(side, path, dropped)
    return Cut(tree, tuple(dropped))


def _lost(side: Side, path: str, dropped: Collection[LayerHandle]) -> LayerMapError:
    around = [h.path for h in dropped if path == h.path or path.startswith(h.path + ".")]
    if around:
        return LayerMapError(
            "A module of the layer map is ignored.",
            where=f"{side} {path}",
            got=f"ignore= leaves out {around[0]}",
            hint="take the pair out of both layer maps, or do not ignore it",
        )
    return no_longer_there(f"{side} {path}")


def no_longer_there(where: str) -> LayerMapError:
    """The error of a module that left the model after it was mapped."""
    return LayerMapError(
        "A module of the layer map is no longer in the model.",
        where=where,
        hint="call set_layer_map again after changing the model",
    )


class _Joined:
    """Tells the modules of one model whose class an init function joins to one in the other model."""

    def __init__(self, side: int, other: LayerHandle, registry: Registry) -> None:
        self._other = other
        self._partners: dict[ClassKey, set[ClassKey]] = {}
        for key in registry.inits:
            self._partners.setdefault(key[side], set()).add(key[1 - side])

    def __call__(self, handle: LayerHandle) -> bool:
        keys = (ClassKey(handle.framework, name) for name in handle.class_names)
        partners = [partner for key in keys for partner in self._partners.get(key, ())]
        return bool(partners) and not self._present.isdisjoint(partners)

    @cached_property
    def _present(self) -> set[ClassKey]:
        """The keys that the classes of the other model's modules answer to."""
        one_of_each = {type(handle.module): handle for handle in walk(self._other)}
        return {ClassKey(h.framework, n) for h in one_of_each.values() for n in h.class_names}
