"""A saved measurement as if it had been made with another tolerance, as far as that can be told."""

from __future__ import annotations

import math
from dataclasses import replace

from padiff.compare.bounds import ROUNDING, holds
from padiff.compare.metrics import Metrics
from padiff.compare.scalars import Element
from padiff.compare.tolerance import Tolerance
from padiff.compare.verdict import judge

__all__ = ["judged_with"]


def judged_with(metrics: Metrics, tolerance: Tolerance) -> Metrics:
    """The same measurement with another tolerance, without the tensors.

    Strict tolerances can all be judged if it was made with `detail=True`; mean tolerances always.

    Args:
        metrics: What `measure` returned, or was read back.
        tolerance: What is allowed.

    Returns:
        Metrics of that tolerance, of which `judge` gives the verdict that measuring with it would have
        had. How many elements are out of it is bounded, unless none is.

    Raises:
        NotJudgeableError: If the measurement does not decide it.

    >>> import numpy as np
    >>> from padiff.compare.measure import measure
    >>> base = np.float32([1, 2, 3, 4])
    >>> raw = base + np.float32([0.001, 0, 0.1, 0.2])
    >>> found = measure(base, raw, tolerance=Tolerance(0, 0), detail=True)
    >>> again = judged_with(found, Tolerance(1e-2, 1e-3))
    >>> again.out_of_tolerance, again.out_of_tolerance_at_most, judge(again)
    (1, 2, <Verdict.WRONG: 'wrong'>)
    """
    wrong = not judge(metrics, tolerance)
    if _same_numbers(metrics.tolerance, tolerance):
        return replace(metrics, tolerance=tolerance)
    least, most = _out_of(metrics, tolerance)
    if wrong and tolerance.mode != "strict":
        least = max(least, 1)
    return replace(
        metrics,
        tolerance=tolerance,
        out_of_tolerance=least,
        out_of_tolerance_at_most=most if most > least else None,
        required_atol=_required_atol(metrics, tolerance.rtol),
        worst=_worst(metrics, tolerance),
    )


def _same_numbers(first: Tolerance, second: Tolerance) -> bool:
    return (first.atol, first.rtol) == (second.atol, second.rtol)


def _out_of(metrics: Metrics, tolerance: Tolerance) -> tuple[int, int]:
    """At least and at most so many elements are out of a tolerance."""
    nonfinite, known = metrics.nonfinite_differences, metrics.tolerance
    within = holds(metrics, tolerance)
    if within:
        return nonfinite, nonfinite
    beyond = metrics.envelope.beyond(tolerance) if metrics.envelope else 0
    least = nonfinite + max(beyond, int(within is False))
    most = nonfinite + _larger_than(metrics, tolerance.atol)
    if tolerance.atol <= known.atol and tolerance.rtol <= known.rtol:
        least = max(least, metrics.out_of_tolerance)
    if tolerance.atol >= known.atol and tolerance.rtol >= known.rtol:
        before = metrics.out_of_tolerance_at_most
        most = min(most, metrics.out_of_tolerance if before is None else before)
    return least, most


def _larger_than(metrics: Metrics, atol: float) -> int:
    """At most so many finite elements have an error above `atol`."""
    if metrics.histogram is None:
        return metrics.size - metrics.nonfinite_differences
    bins = metrics.histogram.bins
    return sum(count for exponent, count in bins if _end(exponent) > atol)


def _end(exponent: int) -> float:
    return math.ldexp(1.0, exponent + 1) if exponent < 1023 else math.inf


def _required_atol(metrics: Metrics, rtol: float) -> float:
    if rtol == metrics.tolerance.rtol:
        return metrics.required_atol
    if metrics.envelope is not None:
        return metrics.envelope.required_atol(rtol)
    return metrics.max_abs * ROUNDING


def _worst(metrics: Metrics, tolerance: Tolerance) -> Element | None:
    if metrics.nonfinite_differences or tolerance.rtol == metrics.tolerance.rtol:
        return metrics.worst
    return metrics.max_abs_at
