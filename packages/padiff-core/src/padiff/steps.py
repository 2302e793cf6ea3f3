"""What one pair of layers needs: which canonical tensors are copied, which filled, which refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from padiff.dtypes import category, fits
from padiff.errors import LayoutError, Problem
from padiff.pairing import Pair, common_kind
from padiff.records import How, TensorRecord

if TYPE_CHECKING:
    from padiff.ignoring import Ignore
    from padiff.kind import CanonicalTensor, Kind
    from padiff.layout import Canonical
    from padiff.model import Side
    from padiff.pairing import PairedBy
    from padiff.protocols import Array, TensorSpec
    from padiff.tree import Unit

__all__ = ["Orphan", "PairPlan", "Step", "alone_record", "canonical_arrays", "opened", "plan_pair"]


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


def opened(unit: Unit) -> dict[str, Array]:
    """The unit's arrays by state-dict name, without those its layer derives itself.

    Names of one tensor share one array.
    """
    arrays: dict[object, Array] = {}
    skip = _canonical(unit).recomputed
    for name, spec in unit.specs.items():
        if name not in skip and spec.memory not in arrays:
            arrays[spec.memory] = unit.state.open(name)
    return {name: arrays[spec.memory] for name, spec in unit.specs.items() if name not in skip}


def canonical_arrays(unit: Unit, tensors: dict[str, Array]) -> dict[str, Array]:
    """The unit's canonical views of these arrays."""
    if unit.layout is None or unit.layout.view is None:
        raise LayoutError(f"No layout is registered for {unit.class_name}.", where=unit.path)
    return unit.layout.view(tensors)


def plan_pair(pair: Pair, ignore: Ignore, *, cast: bool) -> PairPlan:
    """Decide how each tensor of a pair is accounted for.

    Values are read only where they matter: of a tensor that must hold its neutral value, and of one
    to be cast.
    """
    if any(unit.left_out and not unit.specs for unit in (pair.base, pair.raw)):
        return _plan_ignored(replace(pair, init=None))
    if pair.init:
        return _plan_init(pair, pair.init.origin, ignore)
    kind = common_kind(pair.base, pair.raw)
    if kind is None:
        return PairPlan(Step(pair), problems=[_refusal(pair)])
    return _LayoutPlanner(pair, kind, ignore, cast=cast).run()


def _plan_ignored(pair: Pair) -> PairPlan:
    """One side is ignored as a whole: what the other has goes without a counterpart too."""
    sides: tuple[tuple[Side, Unit], ...] = (("base", pair.base), ("raw", pair.raw))
    records = [
        alone_record("ignored", side, unit, name, "its counterpart is ignored", pair.by)
        for side, unit in sides
        for name in unit.specs
    ]
    return PairPlan(Step(pair), records)


def _plan_init(pair: Pair, origin: str, ignore: Ignore) -> PairPlan:
    plan = PairPlan(Step(pair))
    sides: tuple[tuple[Side, Unit, str], ...] = (
        ("base", pair.base, "read"),
        ("raw", pair.raw, "written"),
    )
    for side, unit, verb in sides:
        for name, spec in unit.specs.items():
            note = f"{verb} by {origin}"
            plan.records.append(alone_record("initialised", side, unit, name, note, pair.by))
            plan.problems += [_defect(side, unit, spec)] if spec.defect else []
            if ignore.tensor(side, unit.tensor_path(name)):
                plan.problems.append(_partly_ignored(side, unit, name, origin))
    return plan


def _partly_ignored(side: Side, unit: Unit, name: str, origin: str) -> Problem:
    path = unit.tensor_path(name)
    return Problem(
        "A part of a layer that an init function fills cannot be ignored.",
        base=path if side == "base" else "",
        raw=path if side == "raw" else "",
        got=f"{origin} fills {unit.path or '(root)'} as a whole",
        hint="ignore the whole layer",
    )


def _refusal(pair: Pair) -> Problem:
    where = {"base": pair.base.path or "(root)", "raw": pair.raw.path or "(root)"}
    for unit in (pair.base, pair.raw):
        if isinstance(unit.canonical, LayoutError) and unit.layout:
            error = unit.canonical
            what = f"{unit.handle.framework} {unit.class_name}: {error.what}"
            return Problem(what, **where, got=error.got, expected=error.expected, hint=error.hint)
    classes = [f"{u.handle.framework} {u.class_name}" for u in (pair.base, pair.raw)]
    kinds = [
        "no layout" if isinstance(u.canonical, LayoutError) else u.canonical.kind.name
        for u in (pair.base, pair.raw)
    ]
    by = "the layer map" if pair.by == "layer_map" else f"their {pair.by}"
    return Problem(
        f"Two layers paired by {by} are not of one kind, and no init function joins them.",
        **where,
        got=f"{classes[0]} ({kinds[0]}) and {classes[1]} ({kinds[1]})",
        expected="one kind on both sides, or a registered init function",
        hint=f'padiff.add_special_init("{pair.base.handle.framework}", "{pair.base.class_name}", '
        f'"{pair.raw.handle.framework}", "{pair.raw.class_name}", func)',
    )


class _LayoutPlanner:
    """Accounts for the tensors of a pair of one kind, canonical name by canonical name."""

    def __init__(self, pair: Pair, kind: Kind, ignore: Ignore, *, cast: bool) -> None:
        self.pair = pair
        self.kind = kind
        self.ignore = ignore
        self.cast = cast
        self.base = _canonical(pair.base)
        self.raw = _canonical(pair.raw)
        self.plan = PairPlan(Step(pair))

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
        for side, unit, canonical in self._sides():
            self.plan.records += _other_names(side, unit, canonical, self.pair)
        return self.plan

    def _sides(self) -> tuple[tuple[Side, Unit, Canonical], tuple[Side, Unit, Canonical]]:
        return ("base", self.pair.base, self.base), ("raw", self.pair.raw, self.raw)

    def _paths(self, name: str) -> dict[Side, str | None]:
        owners = {
            side: (unit, canonical.owners.get(name)) for side, unit, canonical in self._sides()
        }
        return {
            side: None if owner is None else unit.tensor_path(owner)
            for side, (unit, owner) in owners.items()
        }

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
        paths = self._paths(name).items()
        hits = [self.ignore.tensor(side, path) for side, path in paths if path is not None]
        if not any(hits):
            return False
        self.plan.records.append(self._record("ignored", name))
        return True

    def _defective(self, name: str) -> bool:
        found = [
            _defect(side, unit, unit.specs[canonical.owners[name]])
            for side, unit, canonical in self._sides()
            if name in canonical.owners and unit.specs[canonical.owners[name]].defect
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


def _canonical(unit: Unit) -> Canonical:
    if isinstance(unit.canonical, LayoutError):
        raise unit.canonical
    return unit.canonical


def _values(unit: Unit, name: str) -> Array:
    return canonical_arrays(unit, opened(unit))[name]


def _other_names(
    side: Side, unit: Unit, canonical: Canonical, pair: Pair
) -> Iterator[TensorRecord]:
    """Tensors without a canonical view: those the layer derives itself, and second names."""
    owners = {unit.specs[owner].memory: owner for owner in canonical.owners.values()}
    named = set(owners.values())
    for name in (name for name in unit.specs if name not in named):
        recomputed = name in canonical.recomputed
        note = (
            "the layer computes it itself"
            if recomputed
            else f"another name of {unit.tensor_path(owners[unit.specs[name].memory])}"
        )
        yield alone_record("derived" if recomputed else "tied", side, unit, name, note, pair.by)


def alone_record(
    how: How, side: Side, unit: Unit, name: str, note: str, by: PairedBy | None = None
) -> TensorRecord:
    """The record of a tensor that has no counterpart, or none of its own."""
    path, spec = unit.tensor_path(name), unit.state.specs[name]
    base, raw = (path, None) if side == "base" else (None, path)
    return TensorRecord(how, base, raw, spec.shape, spec.dtype, by=by, note=note)


def _defect(side: Side, unit: Unit, spec: TensorSpec) -> Problem:
    path = unit.tensor_path(spec.name)
    return Problem(
        "A tensor has no values to copy." if side == "base" else "A tensor cannot be written.",
        base=path if side == "base" else "",
        raw=path if side == "raw" else "",
        got=spec.defect or "",
        expected="a dense tensor with allocated memory",
    )
