"""The file of a layer map: which layer of raw stands for which of base.

    [[pair]]
    base = "encoder.layers.0.attn"
    raw = "blocks.0.attention"

The order is that of the file. What is not in it is paired as usual.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from padiff.cut import cut_model, pair_models
from padiff.defaults import registry as default_registry
from padiff.errors import LayoutError, PairingError
from padiff.files.toml import parsed, quoted
from padiff.ignoring import Ignore
from padiff.tree import enclosing

if TYPE_CHECKING:
    from padiff.model import ProxyModel, Side
    from padiff.plain import Plain
    from padiff.registry import Registry
    from padiff.tree import Unit

__all__ = ["Paths", "apply_layer_map", "layer_map_file", "read_layer_map"]

Paths: TypeAlias = tuple[tuple[str, str], ...]
"""Pairs of dotted paths, base's and raw's."""


def read_layer_map(path: Path) -> Paths:
    """The pairs in a file.

    Raises:
        FileError: If it cannot be read, or holds anything but pairs of paths.
    """
    return parsed(path, "The file of a layer map is not as it should be.", _pairs)


def _pairs(file: Plain) -> Paths:
    tables = file.record("pair")["pair"].items()
    found = [table.record("base", "raw") for table in tables]
    return tuple((each["base"].text(), each["raw"].text()) for each in found)


def apply_layer_map(base: ProxyModel[Any], raw: ProxyModel[Any], pairs: Paths) -> None:
    """Map two models' layers by path; without pairs, nothing is mapped.

    Raises:
        LayerMapError: If a path is not in its model, comes twice, or is inside another. The maps in
            force stay as they were.
    """
    with base.layer_map_kept():
        base.set_layer_paths([ours for ours, _ in pairs])
        raw.set_layer_paths([theirs for _, theirs in pairs])


def layer_map_file(
    base: ProxyModel[Any], raw: ProxyModel[Any], *, registry: Registry | None = None
) -> str:
    """A file to begin with: the pairs as they are made, or, where that fails, both lists of layers.

    Args:
        base: The base model, live or recorded.
        raw: The raw model.
        registry: Layouts and init functions; the default registry if None.
    """
    used = default_registry if registry is None else registry
    try:
        pairing, *_ = pair_models(base, raw, used, Ignore())
    except PairingError:
        return "\n".join(_draft(_units(base, "base", used), _units(raw, "raw", used))) + "\n"
    pairs = [(pair.base, pair.raw, pair.by) for pair in pairing.pairs]
    return "\n".join(_made(pairs)) + "\n"


def _units(model: ProxyModel[Any], side: Side, registry: Registry) -> list[Unit]:
    cut = cut_model(
        model.handle(), side, registry, mapped=(), opaque=lambda _: False, ignore=Ignore()
    )
    return [unit for unit in cut.root.units() if unit.has_tensors]


def _made(pairs: Sequence[tuple[Unit, Unit, str]]) -> Iterator[str]:
    yield "# Each pair as it was made; delete what padiff need not be told."
    if not pairs:
        yield "pair = []"
    around = {path for base, _, _ in pairs for path in enclosing(base.path)}
    around_raw = {path for _, raw, _ in pairs for path in enclosing(raw.path)}
    for base, raw, by in pairs:
        if base.path in around or raw.path in around_raw:
            both = f"{_named(base)} and {_named(raw)}"
            yield from ("", f"# {both}: a layer within is paired itself")
            continue
        yield from ("", f"[[pair]]  # by {by}, {_kind(base)}")
        yield from (f"base = {quoted(base.path)}", f"raw = {quoted(raw.path)}")


def _draft(base: Sequence[Unit], raw: Sequence[Unit]) -> Iterator[str]:
    yield "# The layers could not be paired without doubt. Make a [[pair]] of each two that belong"
    yield "# together; what is left out is paired as usual. The layers with tensors, in order:"
    for side, units in (("base", base), ("raw", raw)):
        yield ""
        yield from (f"# {side} = {quoted(unit.path)}  # {_kind(unit)}" for unit in units)
    yield from ("", "#[[pair]]", '#base = ""', '#raw = ""', "pair = []")


def _named(unit: Unit) -> str:
    return quoted(unit.path) if unit.path else "the root"


def _kind(unit: Unit) -> str:
    known = "" if isinstance(unit.canonical, LayoutError) else unit.canonical.kind.name
    return f"{unit.class_name}{f' ({known})' if known else ''}"
