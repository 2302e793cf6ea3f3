"""Builders of reports, with measurements of real arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from padiff.compare.hints import Hint
from padiff.compare.measure import measure
from padiff.compare.metrics import Measured, Metrics
from padiff.compare.noise import NoiseFloor
from padiff.compare.tolerance import Tolerance
from padiff.compare.verdict import Verdict, judge
from padiff.linting.finding import Finding
from padiff.report.alignment import AlignmentReport, Origin
from padiff.report.units import Phase, TensorResult, UnitResult

DEFAULT = Tolerance(1e-5, 1.3e-6)
SHAPE = (2, 4)


def floats(*values: float, dtype: Any = np.float32) -> np.ndarray[Any, np.dtype[Any]]:
    return np.array(values, dtype)


@cache
def measured(
    error: float = 0.0, *, at: tuple[int, int] = (1, 2), tolerance: Tolerance = DEFAULT
) -> Measured:
    """A tensor of ones, one element of which is off."""
    base = np.ones(SHAPE, np.float32)
    raw = base.copy()
    raw[at] += np.float32(error)
    return measure(base, raw, tolerance=tolerance)


def floor(error: float) -> NoiseFloor:
    found = measured(error, tolerance=Tolerance(0, 0))
    assert isinstance(found, Metrics)
    return NoiseFloor.of(found)


def tensor(
    name: str,
    what: float | Measured | None = 0.0,
    *,
    verdict: Verdict | None = None,
    note: str = "",
    floor: NoiseFloor | None = None,
) -> TensorResult:
    """A tensor with an error of this size, or with this measurement; None is missing on one side."""
    found = measured(what) if isinstance(what, float) else what
    if found is None:
        return TensorResult(name, verdict, None, note)
    outcome = judge(found) if verdict is None else verdict
    return TensorResult(name, outcome, found, note, floor)


def alone(name: str, note: str) -> TensorResult:
    """A tensor only one side has, and the other need not have."""
    return TensorResult(name, None, None, note)


def unit(
    path: str,
    *produced: TensorResult,
    phase: Phase = "forward",
    raw_path: str | None = None,
    classes: str | tuple[str, str] = "Linear",
    received: Sequence[TensorResult] = (),
    source: str = "",
    is_origin: bool = False,
    step: int = 0,
    call: int = 0,
    kind: str = "",
) -> UnitResult:
    base_class, raw_class = (classes, classes) if isinstance(classes, str) else classes
    return UnitResult(
        base_path=path,
        raw_path=path if raw_path is None else raw_path,
        base_class=base_class,
        raw_class=raw_class,
        kind=kind,
        phase=phase,
        step=step,
        call=call,
        depth=path.count("."),
        received=tuple(received),
        produced=produced,
        source=source,
        is_origin=is_origin,
    )


def origin(
    at: UnitResult,
    what: TensorResult | None = None,
    *,
    hints: Iterable[Hint] = (),
    findings: Iterable[Finding] = (),
    between: tuple[str, str] | None = None,
) -> Origin:
    """The origin at a unit; its worst tensor unless another is named."""
    worst = what or at.worst
    assert worst is not None
    return Origin(
        base_path=at.base_path,
        raw_path=at.raw_path,
        base_class=at.base_class,
        raw_class=at.raw_class,
        phase=at.phase,
        step=at.step,
        call=at.call,
        metrics=worst.measured,
        verdict=Verdict.WRONG if worst.verdict is None else worst.verdict,
        what=worst.name,
        source=at.source,
        findings=tuple(findings),
        hints=tuple(hints),
        between=between,
    )


def finding(path: str, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "severity": "error",
        "rule": "layer_norm.epsilon",
        "base_path": path,
        "raw_path": path,
        "base_class": "torch LayerNorm",
        "raw_class": "paddle LayerNorm",
        "subject": "epsilon",
        "what": "base 1e-05; raw 0.01",
        "fix": "write epsilon=1e-05",
    }
    return Finding(**{**values, **changes})


def report(
    units: Iterable[UnitResult],
    origins: Iterable[Origin] = (),
    *,
    steps: int = 1,
    losses: Iterable[tuple[float, float]] = (),
    notes: Iterable[str] = (),
    findings: Iterable[Finding] = (),
    unrun: Iterable[str] = (),
) -> AlignmentReport:
    return AlignmentReport(
        base="Net",
        raw="PaddleNet",
        base_framework="torch",
        raw_framework="paddle",
        steps=steps,
        origins=tuple(origins),
        units=tuple(units),
        tolerance="|base - raw| <= atol + rtol * |base| with the defaults of each dtype",
        losses=tuple(losses),
        notes=tuple(notes),
        findings=tuple(findings),
        unrun=tuple(unrun),
    )
