"""Measurements in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import ml_dtypes
import numpy as np

from padiff.compare.metrics import Incomparable, Metrics
from padiff.compare.noise import NoiseFloor
from padiff.compare.scalars import Element, NonFinite, Scalar

__all__ = [
    "count",
    "element_value",
    "listed",
    "measured_lines",
    "measured_summary",
    "number",
    "worst_element",
]

_MANY_ULPS = 10_000
"""From here on, the distance in units in the last place says nothing more."""
_MILLION = 1_000_000


def number(value: float) -> str:
    """A size, in three digits.

    >>> number(0.012345), number(2e-06), number(float("inf"))
    ('0.0123', '2e-06', 'inf')
    """
    return f"{value:.3g}"


def count(how_many: int, noun: str) -> str:
    """A number and its noun.

    >>> count(1, "layer"), count(2000, "layer")
    ('1 layer', '2,000 layers')
    """
    return f"{how_many:,} {noun}{'' if how_many == 1 else 's'}"


def listed(items: Sequence[str], separator: str = ", ", limit: int = 5) -> str:
    """The first few of a list.

    >>> listed(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    shown = separator.join(items[:limit])
    return f"{shown} and {len(items) - limit:,} more" if len(items) > limit else shown


def measured_summary(measured: Metrics | Incomparable) -> str:
    """How much of a tensor is off, in one clause."""
    if isinstance(measured, Incomparable):
        return str(measured)
    if measured.identical:
        return "identical"
    if measured.tolerance.mode != "strict" and not measured.nonfinite_differences:
        allowed = measured.tolerance.allowed(measured.mean_abs_base)
        return f"the mean error is {number(measured.mean_abs)}, allowed is {number(allowed)}"
    off, size = measured.out_of_tolerance, measured.size
    if not off:
        return "every element is within the tolerance"
    if (most := measured.out_of_tolerance_at_most) is not None:
        elements = count(size, "element")
        return f"at least {off:,} and at most {most:,} of {elements} are out of tolerance"
    return (
        f"{off:,} of {count(size, 'element')} {_verb(off)} out of tolerance ({_share(off, size)})"
    )


def _verb(how_many: int) -> str:
    return "is" if how_many == 1 else "are"


def _share(part: int, whole: int) -> str:
    """A share that says 100% only of everything, and 0% of nothing at all."""
    percent = 100 * part / whole
    if percent < 0.01:
        return "<0.01%"
    return f"{percent:.3g}%" if percent < 99.95 or part == whole else ">99.9%"


def measured_lines(measured: Metrics, floor: NoiseFloor | None = None) -> list[str]:
    """What there is to say of a tensor besides its summary.

    Args:
        measured: Base against raw.
        floor: Base's own rounding error there, if it was measured.
    """
    lines = _errors(measured)
    if measured.base_nonfinite or measured.raw_nonfinite:
        lines.append(_nonfinite(measured))
    if measured.worst:
        lines.append(f"worst {worst_element(measured, measured.worst)}")
    lines.append(f"allowed: {measured.tolerance}")
    if floor is not None:
        lines.append(_against(measured, floor))
    dtype = measured.base_dtype
    if measured.raw_dtype != dtype:
        dtype = f"base {dtype}, raw {measured.raw_dtype}"
    return [*lines, f"{dtype}, shape {measured.shape}"]


def _errors(measured: Metrics) -> list[str]:
    if not measured.max_abs:
        return ["where both are finite, they are equal"]
    finite = " where both are finite" if measured.nonfinite_differences else ""
    mean, rms = number(measured.mean_abs), number(measured.rms)
    ulps = measured.max_ulps if measured.max_ulps is not None else _MANY_ULPS
    distance = f"; {ulps:,} ULP" if ulps < _MANY_ULPS else ""
    return [
        f"largest error{finite} {number(measured.max_abs)}, mean {mean}, RMS {rms}",
        f"relative to base up to {number(measured.max_rel)}; cosine {measured.cosine:.6f}{distance}",
    ]


def _nonfinite(measured: Metrics) -> str:
    base, raw = (_counts(n) for n in (measured.base_nonfinite, measured.raw_nonfinite))
    off = measured.nonfinite_differences
    where = f"they differ at {count(off, 'position')}" if off else "at the same positions"
    return f"not finite: base {base}; raw {raw}; {where}"


def _counts(found: NonFinite) -> str:
    named = ((found.nan, "NaN"), (found.plus_inf, "+inf"), (found.minus_inf, "-inf"))
    return ", ".join(f"{n:,} {name}" for n, name in named if n) or "none"


def _against(measured: Metrics, floor: NoiseFloor) -> str:
    if not floor.max_abs:
        return "base's own rounding error there: none"
    times = measured.max_abs / floor.max_abs
    said = f"about {float(f'{times:.2g}'):,g}" if times < _MILLION else "over a million"
    return f"base's own rounding error there: {number(floor.max_abs)} at most; this is {said} times that"


def worst_element(measured: Metrics, element: Element) -> str:
    """An element with both values, in as many digits as their dtypes have.

    >>> from padiff.compare.measure import measure
    >>> from padiff.compare.tolerance import Tolerance
    >>> found = measure(np.float32([0.1, 2]), np.float32([0.1, 2.5]), tolerance=Tolerance(0, 0))
    >>> worst_element(found, found.worst)
    'at [1]: base 2.0, raw 2.5'
    """
    where = f"at [{', '.join(map(str, element.index))}]" if element.index else "(the only element)"
    base = element_value(element.base, measured.base_dtype)
    return f"{where}: base {base}, raw {element_value(element.raw, measured.raw_dtype)}"


def element_value(value: Scalar, dtype: str) -> str:
    """One value, in as many digits as its dtype has."""
    if isinstance(value, (bool, int)):
        return str(value)
    return str(np.dtype(getattr(ml_dtypes, dtype, dtype)).type(value))
