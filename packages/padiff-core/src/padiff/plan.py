"""The plan: every check of a transfer, made before one byte is written.

A plan accounts for every parameter and every buffer of both models. What cannot be accounted for is a
`Problem`, and all problems are raised together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from padiff.collector import collector_paused
from padiff.cut import Cut, pair_models
from padiff.errors import PlanError, Problem, UsageError
from padiff.ignoring import Ignore
from padiff.memory import memory_problems, view_problems
from padiff.pair_plan import plan_pair
from padiff.pairing import Pairing
from padiff.records import TensorRecord
from padiff.steps import PairPlan, Step, alone_record
from padiff.ties import find_ties
from padiff.tree import join

if TYPE_CHECKING:
    from padiff.model import ProxyModel, Side
    from padiff.registry import Registry
    from padiff.tree import Unit

__all__ = ["Plan", "make_plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked transfer: only an init function, or the machine, can still make it fail."""

    base: ProxyModel[Any]
    raw: ProxyModel[Any]
    pairing: Pairing
    steps: tuple[Step, ...]
    """In base's definition order; a step whose pair has an init function runs that and no copy."""
    records: tuple[TensorRecord, ...]
    """Every tensor of both models."""


@collector_paused()
def make_plan(
    base: ProxyModel[Any],
    raw: ProxyModel[Any],
    registry: Registry,
    *,
    ignore: Iterable[Any] = (),
    cast: bool = False,
) -> Plan:
    """Plan the transfer of base's weights to raw. Writes nothing.

    Args:
        base: The model weights come from.
        raw: The model weights go to.
        registry: Layouts and init functions.
        ignore: Modules and path patterns to leave out (`padiff.ignoring.Ignore`).
        cast: Whether tensors of different dtypes are converted.

    Raises:
        LayerMapError: If the layer maps do not fit together.
        PairingError: If layers cannot be paired without doubt.
        PlanError: If a tensor cannot be accounted for; it lists every such tensor.
        UsageError: If `ignore` names what is in neither model, or both models are one object.
    """
    if base.model is raw.model:
        raise UsageError(
            "Base and raw are the same object.",
            got=f"{base!r} twice",
            expected="two models: the one weights come from, and the one they go to",
        )
    skip = Ignore(ignore)
    pairing, *cuts = pair_models(base, raw, registry, skip)
    plans = [plan_pair(pair, registry, skip, cast=cast) for pair in pairing.pairs]
    skip.check_used()
    problems = [problem for plan in plans for problem in plan.problems]
    problems += _settle_orphans(plans)
    steps = [plan.step for plan in plans]
    problems += memory_problems(steps)
    problems += view_problems(steps)
    ties = find_ties(steps)
    problems += ties.problems
    if problems:
        some = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise PlanError(
            f"Nothing was transferred from {base.name} to {raw.name}: {some}.", problems
        )
    for index, names in ties.repeats.items():
        plans[index] = _without(plans[index], names)
    records = [record for plan in plans for record in plan.records]
    records += _alone(pairing)
    records += _dropped(cuts)
    return Plan(base, raw, pairing, tuple(plan.step for plan in plans), tuple(records))


def _settle_orphans(plans: Sequence[PairPlan]) -> Iterator[Problem]:
    """An orphan tied to a tensor that has a counterpart is accounted for; any other is a problem."""
    if not any(plan.orphans for plan in plans):
        return
    reached: dict[Side, set[object]] = {"base": set(), "raw": set()}
    for plan in plans:
        reached["base"] |= _memories(plan.step.pair.base, plan.step.copies)
        reached["raw"] |= _memories(plan.step.pair.raw, plan.step.names)
    for plan in plans:
        for orphan in plan.orphans:
            if orphan.memory in reached[orphan.side]:
                plan.records.append(orphan.record)
            else:
                yield orphan.problem


def _memories(unit: Unit, names: Iterable[str]) -> set[object]:
    owners = getattr(unit.canonical, "owners", {})
    return {unit.specs[owners[name]].memory for name in names}


def _without(plan: PairPlan, repeats: set[str]) -> PairPlan:
    """The pair's plan without what another step writes; its records say so."""
    step = plan.step
    return PairPlan(
        Step(
            step.pair,
            tuple(name for name in step.copies if name not in repeats),
            tuple(fill for fill in step.fills if fill[0] not in repeats),
        ),
        [
            replace(record, how="tied", note="the same raw tensor as one listed before")
            if record.canonical in repeats
            else record
            for record in plan.records
        ],
    )


def _alone(pairing: Pairing) -> Iterator[TensorRecord]:
    sides: tuple[tuple[Side, tuple[Unit, ...]], ...] = (
        ("base", pairing.base_alone),
        ("raw", pairing.raw_alone),
    )
    for side, units in sides:
        for unit in units:
            derived = unit.layout.recomputed_among(unit.specs) if unit.layout else ()
            for name in unit.specs:
                tied = name not in derived
                note = (
                    "the same memory as a tensor listed elsewhere"
                    if tied
                    else "the layer computes it itself"
                )
                yield alone_record("tied" if tied else "derived", side, unit, name, note)


def _dropped(cuts: Sequence[Cut]) -> Iterator[TensorRecord]:
    for index, cut in enumerate(cuts):
        for handle in cut.dropped:
            for name, spec in handle.state().specs.items():
                path = join(handle.path, name)
                base, raw = (path, None) if index == 0 else (None, path)
                yield TensorRecord("ignored", base, raw, spec.shape, spec.dtype)
        side: Side = "base" if index == 0 else "raw"
        for unit in cut.root.units():
            for name in unit.state.specs if unit.left_out else ():
                if name in unit.left_out:
                    yield alone_record("ignored", side, unit, name, "")
