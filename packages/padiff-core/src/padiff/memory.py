"""Whose memory is whose: refuses transfers that would write through one tensor into another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.lib.array_utils import byte_bounds

from padiff.errors import LayoutError, Problem
from padiff.steps import canonical_arrays, canonical_of

if TYPE_CHECKING:
    from padiff.model import Side
    from padiff.protocols import Array
    from padiff.steps import Step
    from padiff.tree import Unit

__all__ = ["memory_problems", "view_problems"]


class _Extent(NamedTuple):
    low: int
    high: int
    side: Side
    unit: Unit
    name: str

    @property
    def path(self) -> str:
        return self.unit.tensor_path(self.name)

    @property
    def memory(self) -> object:
        return self.unit.specs[self.name].memory

    @property
    def array(self) -> Array:
        return self.unit.views[self.name]


def memory_problems(steps: Sequence[Step]) -> Iterator[Problem]:
    """Problems of the memory behind two models' tensors.

    A raw tensor that is written must be writable, and each of its elements must have memory of its
    own. A raw tensor may share none with another one (the very same tensor under two names is well)
    or with base. Looks at tensors in host memory; elsewhere, the frameworks hand out no addresses to
    compare.
    """
    extents = [
        *_extents("base", (step.pair.base for step in steps)),
        *_extents("raw", (step.pair.raw for step in steps)),
    ]
    unwritable = [
        (extent, why) for extent in extents if extent.side == "raw" for why in _unwritable(extent)
    ]
    written = {memory for step in steps for memory in _written(step)} if unwritable else set()
    yield from (why for extent, why in unwritable if extent.memory in written)
    shared = list(_overlaps(sorted(extents, key=lambda extent: extent.low)))
    order = {id(extent): i for i, extent in enumerate(extents)} if shared else {}
    pairs = [sorted(pair, key=lambda extent: order[id(extent)]) for pair in shared]
    pairs.sort(key=lambda pair: [order[id(extent)] for extent in pair])
    for one, other in pairs:
        yield _shared(one, other)


def _written(step: Step) -> Collection[object]:
    raw = step.pair.raw
    if step.pair.init:
        return raw.memories
    owners = canonical_of(raw).owners if step.names else {}
    return [raw.specs[owners[name]].memory for name in step.names]


def _extents(side: Side, units: Iterable[Unit]) -> Iterator[_Extent]:
    seen = set()
    for unit in units:
        for name, spec in unit.specs.items():
            if spec.memory in seen or spec.defect or not spec.on_host or 0 in spec.shape:
                continue
            seen.add(spec.memory)
            yield _Extent(*byte_bounds(unit.views[name]), side, unit, name)


def _unwritable(extent: _Extent) -> Iterator[Problem]:
    array = extent.array
    if not array.flags.writeable:
        yield Problem("A tensor cannot be written.", raw=extent.path, got="its memory is read-only")
    elif array.nbytes > extent.high - extent.low:
        yield Problem(
            "A tensor cannot be written: its elements share memory.",
            raw=extent.path,
            got=f"{array.nbytes} bytes of values in {extent.high - extent.low} bytes of memory",
            expected="a tensor that is not expanded",
            hint="make it a tensor of its own (clone)",
        )


def _overlaps(extents: Sequence[_Extent]) -> Iterator[tuple[_Extent, _Extent]]:
    """Sweep over extents sorted by address; `open_ones` still reach past the current one's start."""
    open_ones: list[_Extent] = []
    for extent in extents:
        open_ones = [other for other in open_ones if other.high > extent.low]
        for other in open_ones:
            sides = {extent.side, other.side}
            if "raw" in sides and np.shares_memory(extent.array, other.array):
                yield extent, other
        open_ones.append(extent)


def _shared(one: _Extent, other: _Extent) -> Problem:
    if one.side != other.side:
        return Problem(
            "Base and raw share memory here: training one would change the other.",
            base=one.path,
            raw=other.path,
            hint="build raw's module anew instead of taking base's tensor",
        )
    return Problem(
        "Two tensors of raw share memory without being the same tensor.",
        raw=f"{one.path} and {other.path}",
        expected="one tensor under two names, or memory of their own",
    )


def view_problems(steps: Iterable[Step]) -> Iterator[Problem]:
    """Problems of writing raw's tensors through their layouts, where their memory has an odd order.

    A reshape is a view of a tensor in C order and may be a copy of another; what is written to a
    copy is lost. Looks at tensors in host memory; a staged copy is always in C order.
    """
    for step in steps:
        unit = step.pair.raw
        if not step.names or isinstance(unit.canonical, LayoutError):
            continue
        if all(array.flags.c_contiguous for array in unit.views.values()):
            continue  # as were the stand-ins on which the layout was tried
        tensors = {
            name: unit.views[name] if name in unit.views else np.empty(spec.shape, spec.dtype)
            for name, spec in unit.specs.items()
            if name not in unit.canonical.recomputed
        }
        views = canonical_arrays(unit, tensors)
        for name in step.names:
            owner = unit.canonical.owners[name]
            if views[name].size and not np.may_share_memory(views[name], tensors[owner]):
                yield Problem(
                    f"A tensor cannot be written as its layer's canonical {name}.",
                    raw=unit.tensor_path(owner),
                    got=f"shape {tensors[owner].shape} with strides {tensors[owner].strides}",
                    expected="a tensor in C order",
                    hint="make it contiguous",
                )
