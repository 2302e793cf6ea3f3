"""A report judged by other tolerances, without the models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.aligning.aside import set_aside_gradients, set_aside_outputs
from padiff.aligning.comparison import Comparison, allowed_by
from padiff.aligning.origins import is_clean, step_origins
from padiff.aligning.results import concerning, make_origin, unit_results
from padiff.aligning.saved_nodes import SavedNode, saved_nodes
from padiff.aligning.settings import describe
from padiff.compare.again import judged_with
from padiff.compare.metrics import Metrics
from padiff.compare.verdict import NotJudgeableError, Verdict, judge
from padiff.dtypes import named_dtype
from padiff.report.account import place
from padiff.report.wording import count, listed

if TYPE_CHECKING:
    from padiff.compare.rules import Rule, Tolerances
    from padiff.compare.tolerance import Tolerance
    from padiff.report.alignment import AlignmentReport, Origin
    from padiff.report.units import TensorResult, UnitResult

__all__ = ["judge_report"]

_AGAIN = "Judged again: "


def judge_report(report: AlignmentReport, tolerances: Tolerances) -> AlignmentReport:
    """See `AlignmentReport.judged_with`."""
    if report.level != "full":
        raise NotJudgeableError(
            "A comparison without values cannot be judged again.",
            got=f"a report of traces that were compared by {report.level}",
            expected="one of traces that hold values, or of models",
        )
    judging = _Judging(tolerances)
    units: list[UnitResult] = []
    origins: list[Origin] = []
    notes = [note for note in report.notes if not note.startswith(_AGAIN)]
    for number, of_step in groupby(report.units, lambda unit: unit.step):
        step = list(of_step)
        roots = _judged(step, judging)
        # As an alignment ends with the step in which the models part.
        found = [] if origins else step_origins(roots, _model(report), every=report.single_step)
        units += unit_results(number, roots, found)
        origins += [_origin(report, number, node) for node in found]
        if not report.single_step and _only_now(step, roots):
            notes.append(
                "Judged again: gradients differ that agreed before; whether they would with raw's"
                " layers fed with base's values was not tried."
            )
    judging.check()
    again = replace(
        report,
        origins=tuple(origins),
        units=tuple(units),
        tolerance=describe(tolerances, "never"),
    )
    known = {_key(origin) for origin in report.origins}
    for origin in origins:
        if _key(origin) not in known:
            where = place(again, origin)
            notes.append(f"Judged again: no hints were tried for the difference in {where}.")
    for rule in judging.unused():
        notes.append(f"Judged again: no tensor falls under the rule for {rule.pattern}.")  # noqa: PERF401 - told of one by one
    return replace(again, notes=tuple(dict.fromkeys(notes)))


def _model(report: AlignmentReport) -> UnitResult:
    """The two models themselves."""
    roots = (unit for unit in report.units if not unit.base_path and unit.kind != "loss")
    stand_in = replace(
        report.units[0],
        base_path="",
        raw_path="",
        base_class=report.base,
        raw_class=report.raw,
        kind="",
    )
    return next(roots, stand_in)


def _only_now(step: Sequence[UnitResult], roots: Sequence[SavedNode]) -> bool:
    """Whether gradients differ, and all of the step agreed before."""
    before = [unit for unit in step if unit.phase == "backward"]
    agreed = all(tensor.agrees for unit in before for tensor in (*unit.received, *unit.produced))
    return agreed and not is_clean(root for root in roots if root.phase == "backward")


def _origin(report: AlignmentReport, number: int, node: SavedNode) -> Origin:
    """An origin; what is known of it is kept if it was one before."""
    found = make_origin(number, node, concerning(node, report.findings), ())
    before = {_key(origin): origin for origin in report.origins}.get(_key(found))
    return found if before is None else replace(found, hints=before.hints, findings=before.findings)


def _key(origin: Origin) -> tuple[object, ...]:
    place = origin.base_path, origin.raw_path, origin.phase, origin.step, origin.call
    return (*place, origin.what if origin.phase == "update" else "", origin.between)


def _judged(step: Sequence[UnitResult], judging: _Judging) -> list[SavedNode]:
    """The nodes of a step with new verdicts, as `padiff.aligning.step.Step` would have left them."""
    forward_seen = any(unit.phase == "forward" for unit in step)
    roots = saved_nodes(step, lambda tensor: judging.compared(tensor, anew=forward_seen))
    aside = set_aside_outputs(root for root in roots if root.phase == "forward")
    set_aside_gradients((root for root in roots if root.phase == "backward"), aside)
    return roots


class _Judging:
    """Gives tensors new verdicts."""

    def __init__(self, tolerances: Tolerances) -> None:
        self._tolerances = tolerances
        self._paths: set[tuple[str, str]] = set()
        self._known: dict[tuple[int, Tolerance], Metrics] = {}
        self._untold: dict[str, None] = {}

    def compared(self, tensor: TensorResult, *, anew: bool) -> Comparison:
        """A comparison with the new verdict.

        Args:
            tensor: What was compared.
            anew: Whether it is to be seen again if the difference matters, where it was set aside.
        """
        comparison = Comparison(
            tensor.name,
            tensor.base_path,
            tensor.raw_path,
            tensor.measured,
            tensor.verdict,
            tensor.note,
            is_weight=tensor.is_weight,
            floor=tensor.floor,
            default=tensor.default,
        )
        was_aside = tensor.verdict is None and tensor.measured is not None
        if tensor.measured is None or (was_aside and not anew):
            return comparison
        if was_aside:
            comparison.note = ""
        self._judge(comparison)
        return comparison

    def _judge(self, comparison: Comparison) -> None:
        measured = comparison.measured
        if not isinstance(measured, Metrics):
            comparison.verdict = Verdict.WRONG
            return
        paths = comparison.base_path, comparison.raw_path
        self._paths.add(paths)
        allowed = allowed_by(
            self._tolerances,
            paths,
            (_dtype(measured.base_dtype), _dtype(measured.raw_dtype)),
            comparison.default,
            is_weight=comparison.is_weight,
        )
        key = id(measured), allowed
        try:
            again = self._known[key] = self._known.get(key) or judged_with(measured, allowed)
        except NotJudgeableError:
            self._untold[f"{comparison.name} of {comparison.base_path or '(root)'}"] = None
        else:
            comparison.measured, comparison.verdict = again, judge(again)

    def check(self) -> None:
        """See that every tensor could be judged."""
        if self._untold:
            names = list(self._untold)
            raise NotJudgeableError(
                f"{count(len(names), 'tensor')} cannot be judged again.",
                where=listed(names),
                got="metrics that do not tell whether the tolerance holds",
                expected="tensors measured in detail",
                hint="compare the models again, with detail=True",
            )

    def unused(self) -> tuple[Rule, ...]:
        """The rules that decide for no tensor."""
        return self._tolerances.unused_rules(self._paths)


def _dtype(name: str) -> np.dtype[Any]:
    found = named_dtype(name)
    if found is None:
        raise NotJudgeableError("A tensor's dtype is not known.", got=name)
    return found
