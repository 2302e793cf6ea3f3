"""The outcome: what the measured difference means, given what was allowed."""

from __future__ import annotations

import math
from enum import Enum
from functools import total_ordering

from padiff.compare.bounds import holds
from padiff.compare.metrics import Incomparable, Measured, Metrics
from padiff.compare.noise import NoiseFloor, excess
from padiff.compare.tolerance import Tolerance
from padiff.errors import PadiffError

__all__ = ["NotJudgeableError", "Verdict", "judge"]


class NotJudgeableError(PadiffError, ValueError):
    """Saved metrics do not tell whether a tolerance holds that they were not measured with."""


@total_ordering
class Verdict(Enum):
    """How good it is, from best to worst; truthy if the tensors agree.

    >>> Verdict.ROUNDING < Verdict.WRONG, bool(Verdict.SUSPICIOUS)
    (True, False)
    """

    IDENTICAL = "identical"
    """Every element equals its partner."""
    ROUNDING = "rounding"
    """As far apart as rounding explains."""
    WITHIN = "within"
    """Within the tolerance that was stated."""
    SUSPICIOUS = "suspicious"
    """Further apart than rounding was ever seen to explain, yet not by much. Not an agreement: a wrong
    epsilon looks like this."""
    WRONG = "wrong"

    def __bool__(self) -> bool:
        return self not in (Verdict.SUSPICIOUS, Verdict.WRONG)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Verdict):
            return NotImplemented
        order = list(Verdict)
        return order.index(self) < order.index(other)


def judge(measured: Measured, allowed: Tolerance | NoiseFloor | None = None) -> Verdict:
    """Judge a measurement, new or saved; the tensors are not needed.

    Tensors that cannot be compared, and a NaN or infinity that only one side has, are wrong under any
    tolerance.

    Args:
        measured: What `measure` returned, or was read back.
        allowed: A tolerance, by default the one it was measured with; the verdict is IDENTICAL, WITHIN
            or WRONG. Or base's own rounding error; the verdict is IDENTICAL, ROUNDING, SUSPICIOUS or
            WRONG, by the multiples of `padiff.compare.noise`.

    Raises:
        NotJudgeableError: If a strict tolerance other than the one of the measurement was given, and
            the metrics do not decide it.

    >>> import numpy as np
    >>> from padiff.compare.measure import measure
    >>> base, raw = np.float32([1, 2, 3]), np.float32([1, 2, 3.001])
    >>> found = measure(base, raw, tolerance=Tolerance(1e-5, 1.3e-6))
    >>> judge(found), judge(found, Tolerance(1e-2, 0)), judge(found, Tolerance(1e-5, 1e-3))
    (<Verdict.WRONG: 'wrong'>, <Verdict.WITHIN: 'within'>, <Verdict.WITHIN: 'within'>)
    """
    if isinstance(measured, Incomparable) or measured.nonfinite_differences:
        return Verdict.WRONG
    if measured.identical:
        return Verdict.IDENTICAL
    if isinstance(allowed, NoiseFloor):
        return _by_noise(measured, allowed)
    tolerance = measured.tolerance if allowed is None else allowed
    return Verdict.WITHIN if _within(measured, tolerance) else Verdict.WRONG


def _within(metrics: Metrics, tolerance: Tolerance) -> bool:
    if tolerance.mode != "strict":
        mean = metrics.mean_abs
        return math.isfinite(mean) and mean <= tolerance.allowed(metrics.mean_abs_base)
    answer = holds(metrics, tolerance)
    if answer is None:
        raise NotJudgeableError(
            "Saved metrics do not tell whether this tolerance holds.",
            got=f"{tolerance}, measured with {metrics.tolerance}",
            expected=f"rtol={metrics.tolerance.rtol:g} with any atol"
            f" (the smallest that holds is {metrics.required_atol:g})",
            hint="Measure the tensors again with this tolerance.",
        )
    return answer


def _by_noise(metrics: Metrics, floor: NoiseFloor) -> Verdict:
    if metrics.max_ulps is None:
        # Integers and booleans do not round.
        return Verdict.WRONG
    multiple = excess(metrics, floor)
    if multiple <= 1:
        return Verdict.ROUNDING
    return Verdict.SUSPICIOUS if multiple <= NoiseFloor.WRONG else Verdict.WRONG
