"""A pair of layers of one kind: which canonical tensors are copied, which filled, which refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from padiff.dtypes import category, fits
from padiff.errors import Problem
from padiff.pairing import Pair
from padiff.records import How, TensorRecord
from padiff.steps import (
    Orphan,
    PairPlan,
    Step,
    alone_record,
    canonical_arrays,
    canonical_of,
    defect_problem,
    opened,
)

if TYPE_CHECKING:
    from padiff.ignoring import Ignore
    from padiff.kind import CanonicalTensor, Kind
    from padiff.layout import Canonical
    from padiff.model import Side
    from padiff.protocols import Array
    from padiff.tree import Unit

__all__ = ["plan_layer"]


def plan_layer(pair: Pair, kind: Kind, ignore: Ignore, *, cast: bool) -> PairPlan:
    """Decide how each tensor of a pair of one kind is accounted for.

    Values are read only where they matter: of a tensor that must hold its neutral value, and of one
    to be cast.
    """
    return _LayerPlanner(pair, kind, ignore, cast=cast).run()


class _LayerPlanner:
    """Accounts for the tensors of a pair of one kind, canonical name by canonical name."""

    def __init__(self, pair: Pair, kind: Kind, ignore: Ignore, *, cast: bool) -> None:
        self.pair = pair
        self.kind = kind
        self.ignore = ignore
        self.cast = cast
        self.base = canonical_of(pair.base)
        self.raw = canonical_of(pair.raw)
        self.sides: tuple[tuple[Side, Unit, Canonical], ...] = (
            ("base", pair.base, self.base),
            ("raw", pair.raw, self.raw),
        )
        self.plan = PairPlan(Step(pair))
        self.paths: dict[str, dict[Side, str | None]] = {}

    def run(self) -> PairPlan:
        copies: list[str] = []
        fills: list[tuple[str, float]] = []
        for name in dict.fromkeys([*self.base.views, *self.raw.views]):
            if self._skipped(name) or self._defective(name):
                continue
            if name in self.base.views and name in self.raw.views:
                copies += [name] if self._copied(name) else []
            elif name in self.raw.views:
                fills += self._filled(name)
            else:
                self._implied(name)
        self.plan.step = Step(self.pair, tuple(copies), tuple(fills))
        for side, unit, canonical in self.sides:
            self.plan.records += _other_names(side, unit, canonical, self.pair)
        return self.plan

    def _paths(self, name: str) -> dict[Side, str | None]:
        if name not in self.paths:
            owners = self.base.owners.get(name), self.raw.owners.get(name)
            self.paths[name] = {
                "base": None if owners[0] is None else self.pair.base.tensor_path(owners[0]),
                "raw": None if owners[1] is None else self.pair.raw.tensor_path(owners[1]),
            }
        return self.paths[name]

    def _record(self, how: How, name: str, note: str = "") -> TensorRecord:
        view = self.raw.views[name] if name in self.raw.views else self.base.views[name]
        paths = self._paths(name)
        return TensorRecord(
            how,
            paths["base"],
            paths["raw"],
            view.shape,
            view.dtype,
            name,
            self.kind.name,
            self.pair.by,
            note,
        )

    def _problem(self, what: str, name: str, **more: str) -> Problem:
        paths = self._paths(name)
        base, raw = paths["base"] or self.pair.base.path, paths["raw"] or self.pair.raw.path
        return Problem(what, base or "(root)", raw or "(root)", **more)

    def _skipped(self, name: str) -> bool:
        if not self.ignore:
            return False
        paths = self._paths(name).items()
        hits = [self.ignore.tensor(side, path) for side, path in paths if path is not None]
        if not any(hits):
            return False
        self.plan.records.append(self._record("ignored", name))
        return True

    def _defective(self, name: str) -> bool:
        found = [
            defect_problem(side, unit, unit.specs[owner])
            for side, unit, canonical in self.sides
            if (owner := canonical.owners.get(name)) is not None and unit.specs[owner].defect
        ]
        self.plan.problems += found
        return bool(found)

    def _copied(self, name: str) -> bool:
        ours, theirs = self.base.views[name], self.raw.views[name]
        note = ""
        if ours.shape != theirs.shape:
            why = {
                "got": f"base {ours.shape}, raw {theirs.shape} (canonical)",
                "expected": "equal canonical shapes",
            }
            problem = self._problem(
                f"The {name} of the two layers has different shapes.", name, **why
            )
        elif why := self._cast_refusal(name, ours, theirs):
            problem = self._problem(
                f"The {name} of the two layers has different dtypes.", name, **why
            )
        else:
            note = "" if ours.dtype == theirs.dtype else f"cast from {ours.dtype} to {theirs.dtype}"
            self.plan.records.append(self._record("copied", name, note))
            return True
        self.plan.problems.append(problem)
        return False

    def _cast_refusal(self, name: str, ours: Array, theirs: Array) -> dict[str, str]:
        if ours.dtype == theirs.dtype:
            return {}
        got = f"base {ours.dtype}, raw {theirs.dtype}"
        if category(ours.dtype) != category(theirs.dtype):
            return {"got": got, "expected": "dtypes of one category (float, int, bool, complex)"}
        if not self.cast:
            return {
                "got": got,
                "expected": "equal dtypes, copied bit for bit",
                "hint": "pass cast=True to convert",
            }
        if not fits(_values(self.pair.base, name), theirs.dtype):
            return {
                "got": f"{got}; base holds values that {theirs.dtype} cannot",
                "expected": "values that survive the conversion",
                "hint": "build raw with a wider dtype",
            }
        return {}

    def _filled(self, name: str) -> Iterator[tuple[str, float]]:
        declared = self.kind.find(name)
        if declared is None or declared.neutral is None:
            self._orphan("raw", name, "Only raw has this tensor.")
            return
        note = f"filled with {declared.neutral:g}, its neutral value"
        self.plan.records.append(self._record("derived", name, note))
        yield name, declared.neutral

    def _implied(self, name: str) -> None:
        declared = self.kind.find(name)
        if declared is None or declared.neutral is None:
            self._orphan("base", name, "Only base has this tensor.")
        elif declared.bookkeeping:
            note = "no output depends on it, and raw has no place for it"
            self.plan.records.append(self._record("derived", name, note))
        elif (found := self._off_neutral(name, declared)) is None:
            note = f"holds {declared.neutral:g}, its neutral value, which raw implies"
            self.plan.records.append(self._record("derived", name, note))
        else:
            self._orphan(
                "base",
                name,
                "Only base has this tensor, and it does not hold its neutral value.",
                got=f"{found:g}",
                expected=f"{declared.neutral:g} everywhere",
                hint="give raw's layer the tensor (a bias, an affine weight, running statistics)",
            )

    def _off_neutral(self, name: str, declared: CanonicalTensor) -> float | None:
        values = _values(self.pair.base, name)
        off = values != declared.neutral
        return float(values[off][0]) if np.any(off) else None

    def _orphan(self, side: Side, name: str, what: str, **more: str) -> None:
        if name in (self.pair.raw if side == "base" else self.pair.base).left_out:
            self.plan.records.append(self._record("ignored", name))
            return
        unit, canonical = (
            (self.pair.base, self.base) if side == "base" else (self.pair.raw, self.raw)
        )
        spec = unit.specs[canonical.owners[name]]
        defaults = {
            "got": f"{name} {spec.shape} {spec.dtype}",
            "expected": "a tensor of the same name on the other side",
            "hint": f'pass ignore=["{unit.tensor_path(spec.name)}"] if it needs no counterpart',
        }
        note = "the same memory as a tensor listed elsewhere"
        self.plan.orphans.append(
            Orphan(
                side,
                spec.memory,
                self._record("tied", name, note),
                self._problem(what, name, **{**defaults, **more}),
            )
        )


def _values(unit: Unit, name: str) -> Array:
    return canonical_arrays(unit, opened(unit))[name]


def _other_names(
    side: Side, unit: Unit, canonical: Canonical, pair: Pair
) -> Iterator[TensorRecord]:
    """Tensors without a canonical view: those the layer derives itself, and second names."""
    named = set(canonical.owners.values())
    others = [name for name in unit.specs if name not in named]
    owners = {unit.specs[owner].memory: owner for owner in named} if others else {}
    for name in others:
        recomputed = name in canonical.recomputed
        note = (
            "the layer computes it itself"
            if recomputed
            else f"another name of {unit.tensor_path(owners[unit.specs[name].memory])}"
        )
        yield alone_record("derived" if recomputed else "tied", side, unit, name, note, pair.by)
