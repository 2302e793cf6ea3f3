"""What a pair of layers needs: an init function, a copy through layouts, or a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from padiff.errors import LayoutError, Problem
from padiff.layer_plan import plan_layer
from padiff.layout import IDENTITY
from padiff.model import walk
from padiff.pairing import Pair, common_kind
from padiff.protocols import SupportsLayout
from padiff.registry import ClassKey
from padiff.steps import PairPlan, Step, alone_record, defect_problem
from padiff.tree import join

if TYPE_CHECKING:
    from padiff.ignoring import Ignore
    from padiff.model import Side
    from padiff.registry import Registry
    from padiff.tree import Unit

__all__ = ["plan_pair"]


def plan_pair(pair: Pair, registry: Registry, ignore: Ignore, *, cast: bool) -> PairPlan:
    """Decide how each tensor of a pair is accounted for.

    Values are read only where they matter: of a tensor that must hold its neutral value, and of one
    to be cast.
    """
    if any(unit.left_out and not unit.specs for unit in (pair.base, pair.raw)):
        return _plan_ignored(replace(pair, init=None))
    if pair.init:
        return _plan_init(pair, pair.init.origin, registry, ignore)
    kind = common_kind(pair.base, pair.raw)
    if kind is None:
        return PairPlan(Step(pair), problems=_defects(pair) or [_refusal(pair, registry)])
    return plan_layer(pair, kind, ignore, cast=cast)


def _no_module(pair: Pair, origin: str) -> Problem:
    return Problem(
        "An init function needs base's module itself.",
        base=pair.base.path,
        raw=pair.raw.path,
        got=f"{origin}, and a trace of base",
        expected="a live base, or layers whose layouts can be joined",
    )


def _plan_ignored(pair: Pair) -> PairPlan:
    """One side is ignored as a whole: what the other has goes without a counterpart too."""
    sides: tuple[tuple[Side, Unit], ...] = (("base", pair.base), ("raw", pair.raw))
    records = [
        alone_record("ignored", side, unit, name, "its counterpart is ignored", pair.by)
        for side, unit in sides
        for name in unit.specs
    ]
    return PairPlan(Step(pair), records)


def _plan_init(pair: Pair, origin: str, registry: Registry, ignore: Ignore) -> PairPlan:
    """Of raw, every tensor must be one a snapshot can put back; base's the function judges itself."""
    plan = PairPlan(Step(pair))
    if isinstance(pair.base.handle, SupportsLayout):
        plan.problems.append(_no_module(pair, origin))
    derived = set(_derived(pair.raw, registry))
    sides: tuple[tuple[Side, Unit, str], ...] = (
        ("base", pair.base, "read"),
        ("raw", pair.raw, "written"),
    )
    for side, unit, verb in sides:
        for name, spec in unit.specs.items():
            note = f"{verb} by {origin}"
            plan.records.append(alone_record("initialised", side, unit, name, note, pair.by))
            if spec.defect and side == "raw" and name not in derived:
                plan.problems.append(defect_problem(side, unit, spec))
            if ignore.tensor(side, unit.tensor_path(name)):
                plan.problems.append(_partly_ignored(side, unit, name, origin))
    return plan


def _derived(unit: Unit, registry: Registry) -> Iterator[str]:
    """Names of the tensors that layers within the unit compute themselves."""
    for handle in walk(unit.handle):
        if entry := registry.find_layout(handle.framework, handle.class_names):
            below = handle.path[len(unit.path) :].lstrip(".")
            names = entry.layout.recomputed_among(handle.state().specs)
            yield from (join(below, name) for name in names)


def _partly_ignored(side: Side, unit: Unit, name: str, origin: str) -> Problem:
    path = unit.tensor_path(name)
    return Problem(
        "A part of a layer that an init function fills cannot be ignored.",
        base=path if side == "base" else "",
        raw=path if side == "raw" else "",
        got=f"{origin} fills {unit.path or '(root)'} as a whole",
        hint="ignore the whole layer",
    )


def _defects(pair: Pair) -> list[Problem]:
    """Why layers without memory have no canonical tensors: a lazy layer has no shapes yet."""
    sides: tuple[tuple[Side, Unit], ...] = (("base", pair.base), ("raw", pair.raw))
    return [
        defect_problem(side, unit, spec)
        for side, unit in sides
        if isinstance(unit.canonical, LayoutError)
        for spec in unit.specs.values()
        if spec.defect
    ]


def _refusal(pair: Pair, registry: Registry) -> Problem:
    where = {"base": pair.base.path or "(root)", "raw": pair.raw.path or "(root)"}
    for unit in (pair.base, pair.raw):
        if isinstance(unit.canonical, LayoutError) and unit.layout:
            error = unit.canonical
            what = f"{unit.handle.framework} {unit.class_name}: {error.what}"
            return Problem(what, **where, got=error.got, expected=error.expected, hint=error.hint)
    keys = [ClassKey(u.handle.framework, u.class_name) for u in (pair.base, pair.raw)]
    kinds = [_kind_name(unit) for unit in (pair.base, pair.raw)]
    near = ", ".join(map(str, registry.near_inits(*keys)))
    by = "the layer map" if pair.by == "layer_map" else f"their {pair.by}"
    return Problem(
        f"Two layers paired by {by} are not of one kind, and no init function joins them.",
        **where,
        got=f"{keys[0]} ({kinds[0]}) and {keys[1]} ({kinds[1]})",
        expected="one kind on both sides, or a registered init function"
        + (f"\nregistered near it: {near}" if near else ""),
        hint=f'padiff.add_special_init("{pair.base.handle.framework}", "{pair.base.class_name}", '
        f'"{pair.raw.handle.framework}", "{pair.raw.class_name}", func)',
    )


def _kind_name(unit: Unit) -> str:
    if isinstance(unit.canonical, LayoutError) or unit.layout is IDENTITY:
        return "no layout"
    return unit.canonical.kind.name
