"""Parameters whose gradients and updates have nothing to be compared with: no report passes over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from padiff.pairing import common_kind

if TYPE_CHECKING:
    from padiff.aligning.targets import Watching
    from padiff.model import Side
    from padiff.pairing import Pair
    from padiff.tree import Unit

__all__ = ["parameter_notes"]


def parameter_notes(watching: Watching) -> Iterator[str]:
    """A note on each layer, or parameter, that is trained and not compared.

    Where an init function alone joins two layers, or nothing does, no parameter of theirs is compared;
    where layouts do, none that one side alone has. One that is tied to another that is compared, is.
    """
    pairs = [pair for _, pair in watching.paired]
    compared = {memory for pair in pairs for memory in _compared(pair)}
    for pair in pairs:
        base, raw = (
            [path for memory, path in _trained(side, unit) if memory not in compared]
            for side, unit in _units(pair)
        )
        if common_kind(pair.base, pair.raw) is None and (base or raw):
            ours, theirs = (unit.path or "(root)" for _, unit in _units(pair))
            yield (
                f"Nothing says how the parameters of base {ours} and raw {theirs} correspond:"
                " their gradients and updates were not compared."
            )
            continue
        for side, paths in (("base", base), ("raw", raw)):
            for path in paths:
                yield f"Only {side} has {path}: its gradient and update were not compared."


def _units(pair: Pair) -> tuple[tuple[Side, Unit], tuple[Side, Unit]]:
    return ("base", pair.base), ("raw", pair.raw)


def _compared(pair: Pair) -> Iterator[tuple[Side, object]]:
    """The memories of tensors both layers have."""
    if common_kind(pair.base, pair.raw) is None:
        return
    shared = pair.base.canonical_specs.keys() & pair.raw.canonical_specs.keys()
    for side, unit in _units(pair):
        yield from ((side, unit.canonical_specs[name].memory) for name in shared)


def _trained(side: Side, unit: Unit) -> Iterator[tuple[tuple[Side, object], str]]:
    """The memories of a layer's parameters that are trained, with their paths."""
    for name, spec in unit.specs.items():
        if spec.role == "parameter" and spec.trainable:
            yield (side, spec.memory), unit.tensor_path(name)
