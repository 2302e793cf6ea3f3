"""Judging a saved measurement by another tolerance than the one it was made with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from padiff.compare.bounds import holds
from padiff.compare.metrics import Incomparable, Measured, Metrics
from padiff.compare.tolerance import Tolerance
from padiff.compare.verdict import Verdict, judge

__all__ = ["Count", "Judgement", "judge_again"]


@dataclass(frozen=True, slots=True)
class Count:
    """A number of elements, as far as it is known.

    >>> print(Count(3, 3), Count(1, 40), sep="; ")
    3; at least 1 and at most 40
    """

    at_least: int
    at_most: int

    @property
    def exact(self) -> bool:
        """Whether it is known."""
        return self.at_least == self.at_most

    def __str__(self) -> str:
        if self.exact:
            return f"{self.at_least:,}"
        return f"at least {self.at_least:,} and at most {self.at_most:,}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a saved measurement says of another tolerance."""

    tolerance: Tolerance
    verdict: Verdict
    out_of_tolerance: Count
    """As `Metrics.out_of_tolerance`. The elements themselves are gone, so that it can only be bounded,
    unless every one of them is within, or the measurement was made with this very tolerance."""


def judge_again(measured: Measured, tolerance: Tolerance) -> Judgement | None:
    """Judge a measurement by any tolerance, without the tensors.

    Strict tolerances can all be judged if it was made with `detail=True`; mean tolerances always.

    Args:
        measured: What `measure` returned, or was read back.
        tolerance: What is allowed.

    Returns:
        The judgement; None of tensors that cannot be compared, which are wrong under any tolerance.

    Raises:
        NotJudgeableError: If the measurement does not decide it.

    >>> import numpy as np
    >>> from padiff.compare.measure import measure
    >>> base = np.float32([1, 2, 3, 4])
    >>> raw = base + np.float32([0.001, 0, 0.1, 0.2])
    >>> found = measure(base, raw, tolerance=Tolerance(0, 0), detail=True)
    >>> print(judge_again(found, Tolerance(1e-2, 1e-3)).out_of_tolerance)
    at least 1 and at most 2
    """
    if isinstance(measured, Incomparable):
        return None
    return Judgement(tolerance, judge(measured, tolerance), _out_of(measured, tolerance))


def _out_of(metrics: Metrics, tolerance: Tolerance) -> Count:
    nonfinite = metrics.nonfinite_differences
    within = holds(metrics, tolerance)
    if within:
        return Count(nonfinite, nonfinite)
    same = metrics.tolerance
    if (tolerance.atol, tolerance.rtol) == (same.atol, same.rtol):
        return Count(metrics.out_of_tolerance, metrics.out_of_tolerance)
    most = nonfinite + _larger_than(metrics, tolerance.atol)
    known = metrics.envelope.beyond(tolerance) if metrics.envelope else 0
    least = nonfinite + max(known, int(within is False))
    if tolerance.atol >= same.atol and tolerance.rtol >= same.rtol:
        most = min(most, metrics.out_of_tolerance)
    if tolerance.atol <= same.atol and tolerance.rtol <= same.rtol:
        least = max(least, metrics.out_of_tolerance)
    return Count(least, most)


def _larger_than(metrics: Metrics, atol: float) -> int:
    """At most so many finite elements have an error above `atol`."""
    if metrics.histogram is None:
        return metrics.size - metrics.nonfinite_differences
    bins = metrics.histogram.bins
    return sum(count for exponent, count in bins if _end(exponent) > atol)


def _end(exponent: int) -> float:
    return math.ldexp(1.0, exponent + 1) if exponent < 1023 else math.inf
