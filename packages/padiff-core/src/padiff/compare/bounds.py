"""Decides a strict tolerance from saved metrics, without the tensors, where they suffice for it.

With an envelope they do. Without one, metrics do not hold every element. They hold bounds that every element keeps to, as lines over its
`|base|`, and a few elements that are known. A tolerance above all bounds holds; one below a known
element is broken; between the two, nothing is said.
"""

from __future__ import annotations

import math
from itertools import combinations

from padiff.compare.metrics import Metrics
from padiff.compare.tolerance import Tolerance

__all__ = ["ROUNDING", "holds"]

ROUNDING = 1 + 2.0**-20
"""`max_abs` and `max_rel` are those of the element that has the largest in float32, exactly; another
may be larger by a part in 2^23."""


def holds(metrics: Metrics, tolerance: Tolerance) -> bool | None:
    """Whether every finite element is within `tolerance`, elementwise; None if that is not known."""
    measured = metrics.tolerance
    within = metrics.out_of_tolerance == metrics.nonfinite_differences
    if (tolerance.atol, tolerance.rtol) == (measured.atol, measured.rtol):
        return within
    if metrics.envelope is not None:
        answer = metrics.envelope.holds(tolerance)
        if answer is not None:
            return answer
    if tolerance.atol >= measured.atol and tolerance.rtol >= measured.rtol and within:
        return True
    if tolerance.atol <= measured.atol and tolerance.rtol <= measured.rtol and not within:
        return False
    if _breaks(metrics, tolerance):
        return False
    return True if _covers(metrics, tolerance) else None


def _breaks(metrics: Metrics, tolerance: Tolerance) -> bool:
    known = (metrics.worst, metrics.max_abs_at, metrics.max_rel_at)
    for element in known:
        if element is None:
            continue
        error, magnitude = abs(element.base - element.raw), abs(element.base)
        if math.isfinite(error) and error > tolerance.allowed(magnitude):
            return True
    return False


def _covers(metrics: Metrics, tolerance: Tolerance) -> bool:
    measured = metrics.tolerance
    if tolerance.rtol >= measured.rtol and tolerance.atol >= metrics.required_atol:
        return True
    # No element's error is above any of these lines, each (atol, rtol).
    lines = [
        (metrics.max_abs * ROUNDING, 0.0),
        (0.0, metrics.max_rel * ROUNDING),
        (metrics.required_atol * ROUNDING, measured.rtol * ROUNDING),
    ]
    lines = [line for line in lines if math.isfinite(sum(line))]
    corners = [0.0, *(_crossing(a, b) for a, b in combinations(lines, 2))]
    # Their lower envelope is concave, so it is below the tolerance if its corners are; the last, flat
    # line lets it rise no further.
    return bool(lines) and all(
        min(a + r * x for a, r in lines) <= tolerance.allowed(x) for x in corners
    )


def _crossing(first: tuple[float, float], second: tuple[float, float]) -> float:
    (a, r), (b, s) = first, second
    return max(0.0, (b - a) / (r - s)) if r != s else 0.0
