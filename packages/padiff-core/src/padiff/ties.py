"""Tensors of raw that a plan would write twice, because they are tied.

Writing one tensor twice is well if both writes leave the same values; the second is then left out.
It is refused if base holds two different tensors where raw has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from padiff.errors import Problem
from padiff.layout import region_of
from padiff.steps import Step, canonical_arrays, canonical_of, opened

if TYPE_CHECKING:
    from padiff.layout import Canonical
    from padiff.protocols import Array
    from padiff.tree import Unit

__all__ = ["Ties", "find_ties"]


@dataclass(frozen=True, slots=True)
class _Write:
    """One canonical tensor of one step, as a write to raw memory."""

    step: int
    name: str
    region: tuple[int, ...]
    """Where in the raw tensor: offset, shape and strides."""
    source: object
    """What is written: base's memory and region, or a fill value."""


@dataclass
class Ties:
    """What was found."""

    repeats: dict[int, set[str]] = field(default_factory=dict)
    """By index of the step, canonical names another step has written already."""
    problems: list[Problem] = field(default_factory=list)


def find_ties(steps: Sequence[Step]) -> Ties:
    """Look for raw tensors that more than one write goes to. Reads values only of those."""
    ties = Ties()
    conflicts: dict[tuple[int, str, int], Problem] = {}
    for writes in _by_memory(steps).values():
        first = writes[0]
        for write in writes[1:]:
            if write.step == first.step and write.region != first.region:
                continue  # two parts of one packed tensor: the layout's contract keeps them apart
            same = (write.region, write.source) == (first.region, first.source)
            if same or _same_values(steps, first, write):
                ties.repeats.setdefault(write.step, set()).add(write.name)
            else:
                # Once for all parts of a packed tensor.
                where = first.step, first.name, write.step
                conflicts.setdefault(where, _conflict(steps, first, write))
    ties.problems += conflicts.values()
    return ties


def _by_memory(steps: Sequence[Step]) -> Mapping[object, list[_Write]]:
    """The writes to each raw tensor that more than one step writes to."""
    writers: dict[object, list[tuple[int, str]]] = {}
    for index, step in enumerate(steps):
        specs, owners = (
            step.pair.raw.specs,
            canonical_of(step.pair.raw).owners if step.names else {},
        )
        for name in step.names:
            writers.setdefault(specs[owners[name]].memory, []).append((index, name))
    return {
        memory: [_write(steps[index], index, name) for index, name in found]
        for memory, found in writers.items()
        if len({index for index, _ in found}) > 1
    }


def _write(step: Step, index: int, name: str) -> _Write:
    fills = dict(step.fills)
    base = step.pair.base
    source = fills[name] if name in fills else _source(base, canonical_of(base), name)
    return _Write(index, name, _place(canonical_of(step.pair.raw).views[name]), source)


def _source(unit: Unit, canonical: Canonical, name: str) -> object:
    return unit.specs[canonical.owners[name]].memory, _place(canonical.views[name])


def _place(view: Array) -> tuple[int, ...]:
    region = region_of(view)
    return (region.offset, *region.shape, *region.strides)


def _same_values(steps: Sequence[Step], first: _Write, second: _Write) -> bool:
    one, other = (_written(steps[write.step], write.name) for write in (first, second))
    return one.tobytes() == other.tobytes()


def _written(step: Step, name: str) -> Array:
    """What raw's tensor behind a canonical name would hold after this step, in its own layout."""
    raw = step.pair.raw
    canonical = canonical_of(raw)
    owner = canonical.owners[name]
    tensors = opened(raw)
    now = tensors[owner]
    then = np.array(now)
    views = canonical_arrays(
        raw, {other: then if array is now else array for other, array in tensors.items()}
    )
    values = canonical_arrays(step.pair.base, opened(step.pair.base))
    fills = dict(step.fills)
    for written in step.names:
        if canonical.owners[written] == owner:
            value = fills[written] if written in fills else values[written]
            with np.errstate(all="ignore"):
                np.copyto(views[written], value, casting="unsafe")
    return then


def _conflict(steps: Sequence[Step], first: _Write, second: _Write) -> Problem:
    (base1, raw1), (base2, raw2) = (_paths(steps, write) for write in (first, second))
    return Problem(
        "Raw holds one tensor where base holds two that differ.",
        base=f"{base1} and {base2}",
        raw=f"{raw1} and {raw2} (the same memory)",
        expected="equal values in base, so that one tensor can hold both",
        hint="untie the two in raw",
    )


def _paths(steps: Sequence[Step], write: _Write) -> Iterator[str]:
    pair = steps[write.step].pair
    for unit in (pair.base, pair.raw):
        owner = canonical_of(unit).owners.get(write.name)
        yield unit.tensor_path(owner) if owner else "(a neutral value)"
