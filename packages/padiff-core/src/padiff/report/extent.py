"""How much was compared, how well it agrees, and how far a difference spreads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from padiff.compare.metrics import Metrics
from padiff.report.units import Phase
from padiff.report.wording import count, listed, number, worst_element

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport
    from padiff.report.units import TensorResult, UnitResult

__all__ = [
    "Extent",
    "Spread",
    "error_of",
    "extents",
    "loss_line",
    "notes",
    "spread",
    "spreads",
]


@dataclass(frozen=True, slots=True)
class Extent:
    """What was compared in one phase, over all steps."""

    phase: Phase
    layers: int
    """Distinct layers."""
    tensors: int
    largest: tuple[UnitResult, TensorResult] | None
    """The tensor with the largest error, and its layer; None if all are identical."""

    def __str__(self) -> str:
        compared = f"{count(self.layers, 'layer')}, {count(self.tensors, 'tensor')}"
        if self.largest is None:
            return f"{compared}, all identical"
        unit, tensor = self.largest
        return f"{compared}, largest error {_error_at(unit, tensor)}"


def _error_at(unit: UnitResult, tensor: TensorResult) -> str:
    measured = tensor.measured
    error = f"{number(error_of(tensor))} in {tensor.name} of {unit.base_path or '(root)'}"
    if not isinstance(measured, Metrics) or measured.max_abs_at is None:
        return error
    return f"{error} {worst_element(measured, measured.max_abs_at)}"


def extents(report: AlignmentReport) -> list[Extent]:
    """What was compared, phase by phase."""
    by_phase = {phase: [u for u in report.units if u.phase == phase] for phase in get_args(Phase)}
    return [_extent(phase, units) for phase, units in by_phase.items() if units]


def _extent(phase: Phase, units: Sequence[UnitResult]) -> Extent:
    compared = [(u, t) for u in units for t in u.produced if t.tells]
    measured = [(u, t) for u, t in compared if isinstance(t.measured, Metrics)]
    largest = max(measured, key=lambda pair: error_of(pair[1]), default=None)
    return Extent(
        phase,
        layers=len({unit.base_path for unit in units}),
        tensors=len(compared),
        largest=largest if largest and error_of(largest[1]) else None,
    )


def error_of(tensor: TensorResult) -> float:
    """Its largest error; 0 if there are no numbers."""
    return tensor.measured.max_abs if isinstance(tensor.measured, Metrics) else 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a difference reaches in one phase; distinct layers, over all steps."""

    phase: Phase
    origins: int
    inheriting: int
    """Layers that differ and are no origin."""
    agreeing: int


def spreads(report: AlignmentReport) -> list[Spread]:
    """How far differences reach, phase by phase."""
    found = []
    for extent in extents(report):
        units = [unit for unit in report.units if unit.phase == extent.phase]
        origins = {unit.base_path for unit in units if unit.is_origin}
        inheriting = {u.base_path for u in units if not u.agrees} - origins
        agreeing = extent.layers - len(origins | inheriting)
        found.append(Spread(extent.phase, len(origins), len(inheriting), agreeing))
    return found


def spread(report: AlignmentReport) -> str:
    """In one line, who inherits the difference, and how many agree; empty if aligned."""
    cause = bool(report.origins)
    return "; ".join(_spread(found, cause=cause) for found in spreads(report))


def _spread(found: Spread, *, cause: bool) -> str:
    others, agreeing = found.inheriting, found.agreeing
    if not found.origins and not others:
        agree = f"all {agreeing:,} layers agree" if agreeing > 1 else "the one layer agrees"
        return f"in {found.phase} {agree}"
    more = count(others, "other layer" if found.origins else "layer")
    if not others:
        said = "no other layer differs"
    elif cause and found.phase in ("forward", "backward"):
        said = f"{more} inherit{_s(others)} it"
    else:
        said = f"{more} differ{_s(others)}"
    return f"in {found.phase} {said}" + (f", {agreeing:,} agree{_s(agreeing)}" if agreeing else "")


def _s(how_many: int) -> str:
    return "s" if how_many == 1 else ""


def loss_line(report: AlignmentReport) -> str:
    """The losses of the last step; empty if there are none."""
    if not report.losses:
        return ""
    base, raw = report.losses[-1]
    step = f" in step {len(report.losses) - 1}" if len(report.losses) > 1 else ""
    return f"loss{step}: base {base:.9g}, raw {raw:.9g}"


def notes(report: AlignmentReport) -> Iterator[str]:
    """What could not be compared, and what is odd about what could."""
    yield from report.notes
    alone: dict[str, list[str]] = {}
    for unit in report.units:
        for tensor in unit.produced:
            if tensor.verdict is None:
                name = f"{tensor.name} of {unit.base_path or '(root)'}"
                alone.setdefault(tensor.note, []).append(name)
    for why, names in alone.items():
        yield f"not compared{f' ({why})' if why else ''}: {listed(list(dict.fromkeys(names)))}"
    if shared := _measured_as(report, _nonfinite_on_both):
        yield f"NaN or infinities on both sides alike: {listed(shared)}"
    if empty := _measured_as(report, lambda measured: not measured.size):
        yield f"without elements: {listed(empty)}"


def _measured_as(report: AlignmentReport, holds: Callable[[Metrics], bool]) -> list[str]:
    names = {
        f"{tensor.name} of {unit.base_path or '(root)'}": None
        for unit in report.units
        for tensor in unit.produced
        if isinstance(tensor.measured, Metrics) and holds(tensor.measured)
    }
    return list(names)


def _nonfinite_on_both(measured: Metrics) -> bool:
    return bool(measured.base_nonfinite) and not measured.nonfinite_differences
