"""Parameters and buffers of paired layers, through their canonical views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from padiff.errors import LayoutError
from padiff.pairing import Pair, common_kind
from padiff.steps import canonical_arrays, opened

if TYPE_CHECKING:
    from padiff.protocols import Array
    from padiff.tree import Unit

__all__ = [
    "CanonicalPair",
    "canonical_gradients",
    "canonical_values",
    "gradient_views",
    "gradients_into",
    "set_values",
    "shared_names",
    "unit_gradients",
    "unit_values",
    "valued_names",
]


@dataclass(frozen=True, slots=True)
class CanonicalPair:
    """One canonical tensor on both sides; None where that side has none."""

    name: str
    base: Array | None
    raw: Array | None


def shared_names(pair: Pair) -> tuple[str, ...]:
    """Canonical names both layers of a pair have; empty if only an init function joins them.

    A tensor without values (one that a trace does not hold) is left out.
    """
    if common_kind(pair.base, pair.raw) is None:
        return ()
    ours, theirs = valued_names(pair.base), valued_names(pair.raw)
    return tuple(name for name in ours if name in theirs)


def valued_names(unit: Unit) -> dict[str, None]:
    """The canonical names of a layer's tensors that have values, in order."""
    canonical = unit.canonical
    if isinstance(canonical, LayoutError):
        return {}
    owners = canonical.owners
    return {name: None for name in canonical.views if not unit.specs[owners[name]].defect}


def canonical_values(pair: Pair) -> Iterator[CanonicalPair]:
    """The current values of both sides; views of them where they are in host memory."""
    names = shared_names(pair)
    if names:
        base, raw = unit_values(pair.base), unit_values(pair.raw)
        yield from (CanonicalPair(name, base[name], raw[name]) for name in names)


def unit_values(unit: Unit) -> dict[str, Array]:
    """The current values of one side, by canonical name; views of them where they are in host memory."""
    return canonical_arrays(unit, opened(unit, anew=True))


def canonical_gradients(pair: Pair) -> Iterator[CanonicalPair]:
    """The current gradients of both sides. A tensor neither side has a gradient for is left out."""
    names = shared_names(pair)
    if not names:
        return
    base, raw = unit_gradients(pair.base), unit_gradients(pair.raw)
    for name in names:
        if name in base or name in raw:
            yield CanonicalPair(name, base.get(name), raw.get(name))


def unit_gradients(unit: Unit) -> dict[str, Array]:
    """The current gradients of one side, by canonical name; read-only."""
    return gradient_views(unit, unit.state.gradients())


def gradient_views(unit: Unit, gradients: Mapping[str, Array]) -> dict[str, Array]:
    """Canonical views of gradients, given by the names of the unit's tensors.

    A layout needs every tensor it was written for, so those without a gradient are stood in for,
    and what is a view of a stand-in is left out.
    """
    if isinstance(unit.canonical, LayoutError):
        return {}
    by_memory: dict[object, Array] = {}
    for name, array in gradients.items():
        by_memory.setdefault(unit.specs[name].memory, array)
    stand_ins: dict[object, Array] = {}
    tensors: dict[str, Array] = {}
    for name, spec in unit.specs.items():
        if name in unit.canonical.recomputed:
            continue
        if spec.memory in by_memory:
            tensors[name] = by_memory[spec.memory]
        else:
            empty = stand_ins.setdefault(spec.memory, np.empty(spec.shape, spec.dtype))
            tensors[name] = empty
    absent = {id(array) for array in stand_ins.values()}
    views = canonical_arrays(unit, tensors)
    return {n: v for n, v in views.items() if id(v) not in absent and id(v.base) not in absent}


def gradients_into(pair: Pair) -> dict[str, Array]:
    """Copies of raw's gradients, by state name, that hold base's values in raw's layout."""
    names = shared_names(pair)
    copies = {name: np.array(array) for name, array in pair.raw.state.gradients().items()}
    if not names or not copies:
        return {}
    base, raw = unit_gradients(pair.base), gradient_views(pair.raw, copies)
    for name in names:
        if name in base and name in raw:
            np.copyto(raw[name], base[name], casting="unsafe")
    return copies


def set_values(pair: Pair) -> None:
    """Set raw's shared tensors to base's values."""
    names = shared_names(pair)
    if not names:
        return
    base = unit_values(pair.base)
    tensors = opened(pair.raw, anew=True)
    raw = canonical_arrays(pair.raw, tensors)
    for name in names:
        np.copyto(raw[name], base[name], casting="unsafe")
    for name, array in tensors.items():
        pair.raw.state.flush(name, array)
