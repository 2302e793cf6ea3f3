"""What a transfer writes to one raw layer, and what it reads and writes through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from padiff.errors import LayoutError, Problem
from padiff.pairing import Pair
from padiff.records import How, TensorRecord

if TYPE_CHECKING:
    from padiff.layout import Canonical
    from padiff.model import Side
    from padiff.pairing import PairedBy
    from padiff.protocols import Array, TensorSpec
    from padiff.tree import Unit

__all__ = [
    "Orphan",
    "PairPlan",
    "Step",
    "alone_record",
    "canonical_arrays",
    "canonical_of",
    "defect_problem",
    "opened",
]


@dataclass(frozen=True, slots=True)
class Step:
    """What is written to one raw unit."""

    pair: Pair
    copies: tuple[str, ...] = ()
    """Canonical names to copy from base."""
    fills: tuple[tuple[str, float], ...] = ()
    """Canonical names raw alone has, with the neutral value to write."""

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical names the step writes."""
        return (*self.copies, *(name for name, _ in self.fills))


@dataclass(frozen=True, slots=True)
class Orphan:
    """A tensor that only one side of a pair has, and that no neutral value accounts for.

    It is still accounted for if it is tied to a tensor that has a counterpart.
    """

    side: Side
    memory: object
    record: TensorRecord
    """What to report if it is tied."""
    problem: Problem
    """What to report if it is not."""


@dataclass
class PairPlan:
    """One pair's share of a plan."""

    step: Step
    records: list[TensorRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    orphans: list[Orphan] = field(default_factory=list)


def opened(unit: Unit, *, anew: bool = False) -> dict[str, Array]:
    """The unit's arrays by state-dict name, without those its layer derives itself.

    Names of one tensor share one array. `anew` looks at the tensors again, where their memory may
    have been exchanged since the unit was first looked at (in a run that is to leave no trace). A tensor with a defect is stood for by an array of its shape:
    a layout needs all tensors of its layer, also where only one of them is of interest.
    """
    skip = canonical_of(unit).recomputed
    found = {} if anew else dict(unit.views)
    staged: dict[object, Array] = {}
    for name, spec in unit.specs.items():
        if name not in found and name not in skip:
            if spec.memory not in staged:
                defective = np.empty(spec.shape, spec.dtype) if spec.defect else None
                staged[spec.memory] = unit.state.open(name) if defective is None else defective
            found[name] = staged[spec.memory]
    return {name: found[name] for name in unit.specs if name not in skip}


def canonical_arrays(unit: Unit, tensors: dict[str, Array]) -> dict[str, Array]:
    """The unit's canonical views of these arrays."""
    if unit.layout is None or unit.layout.view is None:
        raise LayoutError(f"No layout is registered for {unit.class_name}.", where=unit.path)
    return unit.layout.view(tensors)


def canonical_of(unit: Unit) -> Canonical:
    """The unit's canonical tensors; raises its LayoutError if the layout does not fit."""
    if isinstance(unit.canonical, LayoutError):
        raise unit.canonical
    return unit.canonical


def alone_record(
    how: How, side: Side, unit: Unit, name: str, note: str, by: PairedBy | None = None
) -> TensorRecord:
    """The record of a tensor that has no counterpart, or none of its own."""
    path, spec = unit.tensor_path(name), unit.state.specs[name]
    base, raw = (path, None) if side == "base" else (None, path)
    return TensorRecord(how, base, raw, spec.shape, spec.dtype, by=by, note=note)


def defect_problem(side: Side, unit: Unit, spec: TensorSpec) -> Problem:
    """The problem of a tensor without values (see `TensorSpec.defect`)."""
    path = unit.tensor_path(spec.name)
    return Problem(
        "A tensor has no values to copy." if side == "base" else "A tensor cannot be written.",
        base=path if side == "base" else "",
        raw=path if side == "raw" else "",
        got=spec.defect or "",
        expected="a dense tensor with allocated memory",
    )
