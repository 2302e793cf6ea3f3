"""A layer map as a user may state it: pairs of paths, or what raw's layers are called in base."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from padiff.cut import cut_model
from padiff.errors import UsageError
from padiff.files.layer_map import apply_layer_map
from padiff.ignoring import Ignore

if TYPE_CHECKING:
    from padiff.model import ProxyModel
    from padiff.registry import Registry

__all__ = ["LayerNames", "apply_names"]

LayerNames: TypeAlias = (
    "Sequence[tuple[str, str]] | Mapping[str, str] | Callable[[str], str | None]"
)
"""Pairs of dotted paths, base's and raw's; or, as a dict or a function, base's path for raw's."""


def apply_names(
    names: LayerNames, base: ProxyModel[Any], raw: ProxyModel[Any], registry: Registry
) -> None:
    """Map two models' layers; without names, leave the maps they have.

    A function is asked about every layer of raw that has tensors and nothing within that has; None, or
    the same path, leaves a layer to be paired as usual.

    Raises:
        LayerMapError: If a path is not in its model, comes twice, or is inside another.
        UsageError: If a function gives what is no path.
    """
    if callable(names):
        pairs = tuple(_renamed(names, raw, registry))
    elif isinstance(names, Mapping):
        pairs = tuple((theirs, ours) for ours, theirs in names.items())
    else:
        pairs = tuple((ours, theirs) for ours, theirs in names)
    if pairs:
        apply_layer_map(base, raw, pairs)


def _renamed(
    name: Callable[[str], str | None], raw: ProxyModel[Any], registry: Registry
) -> Iterator[tuple[str, str]]:
    for path in _innermost(raw, registry):
        found: object = name(path)
        if found is not None and not isinstance(found, str):
            raise UsageError(
                "layer_map= gave no path.", where=f"raw {path}", got=repr(found), expected="a str"
            )
        if found is not None and found != path:
            yield found, path


def _innermost(raw: ProxyModel[Any], registry: Registry) -> Iterator[str]:
    cut = cut_model(
        raw.handle(), "raw", registry, mapped=(), opaque=lambda _: False, ignore=Ignore()
    )
    paths = [unit.path for unit in cut.root.units() if unit.has_tensors]
    yield from (p for p in paths if p and not any(q.startswith(f"{p}.") for q in paths))
