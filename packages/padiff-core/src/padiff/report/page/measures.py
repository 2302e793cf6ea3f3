"""Measurements, as rows of the page's data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from padiff.compare.metrics import Incomparable, Metrics
from padiff.compare.noise import half_unit
from padiff.compare.scalars import Element, NonFinite
from padiff.report.page.pool import Pool, columns, short
from padiff.report.wording import element_value

__all__ = ["Measures"]

_METRICS = (
    "shape",
    "base_dtype",
    "raw_dtype",
    "tolerance",
    "max_abs",
    "mean_abs",
    "rms",
    "max_rel",
    "mean_abs_base",
    "rms_base",
    "cosine",
    "out",
    "most",
    "atol",
    "ulps",
    "base_nonfinite",
    "raw_nonfinite",
    "differences",
    "at",
    "base_value",
    "raw_value",
    "rounding",
    "histogram",
)


class Measures:
    """Every measurement of a report once."""

    def __init__(self, strings: Pool[str]) -> None:
        self._strings = strings
        self._rows = Pool[tuple[Any, ...]]()
        self._tolerances = Pool[tuple[float | str, float | str, str]]()
        self._numbers: dict[int, int] = {}
        self._unlike = Pool[tuple[str, str, str, str, str]]()

    def metrics(self, measured: object) -> int:
        """The number of a measurement; -1 for what has no numbers."""
        if not isinstance(measured, Metrics):
            return -1
        known = self._numbers.get(id(measured))
        if known is None:
            known = self._numbers[id(measured)] = self._rows.add(self._row(measured))
        return known

    def unlike(self, measured: object) -> int:
        """The number of two shapes or dtypes that cannot be compared; -1 for what can."""
        if not isinstance(measured, Incomparable):
            return -1
        return self._unlike.add(
            (
                measured.reason,
                _shape(measured.base_shape),
                _shape(measured.raw_shape),
                measured.base_dtype,
                measured.raw_dtype,
            )
        )

    def to_dict(self) -> dict[str, Any]:
        """All of them, by column."""
        sides = ("reason", "base_shape", "raw_shape", "base_dtype", "raw_dtype")
        return {
            "metrics": columns(_METRICS, self._rows.values),
            "tolerances": columns(("atol", "rtol", "mode"), self._tolerances.values),
            "unlike": columns(sides, self._unlike.values),
        }

    def _row(self, m: Metrics) -> tuple[Any, ...]:
        text, allowed = self._strings.add, m.tolerance
        rule = self._tolerances.add((short(allowed.atol), short(allowed.rtol), allowed.mode))
        errors = (m.max_abs, m.mean_abs, m.rms, m.max_rel, m.mean_abs_base, m.rms_base)
        return (
            text(_shape(m.shape)),
            text(m.base_dtype),
            text(m.raw_dtype),
            rule,
            *map(short, errors),
            short(m.cosine, 7),
            m.out_of_tolerance,
            m.out_of_tolerance_at_most or 0,
            _at_least(m.required_atol),
            m.max_ulps,
            _nonfinite(m.base_nonfinite),
            _nonfinite(m.raw_nonfinite),
            m.nonfinite_differences,
            *(text(part) for part in _element(m, m.worst)),
            short(_rounding(m)),
            _histogram(m),
        )


def _shape(shape: Sequence[int]) -> str:
    return ", ".join(map(str, shape))


def _at_least(value: float) -> float | str:
    """In three digits, rounded up: with this atol it passes."""
    rounded = short(value)
    if isinstance(rounded, str) or rounded >= value:
        return rounded
    return short(value * (1 + 5e-3))


def _nonfinite(found: NonFinite) -> int | tuple[int, int, int]:
    """How many NaN, +inf and -inf; 0 if there are none."""
    return (found.nan, found.plus_inf, found.minus_inf) if found else 0


def _element(measured: Metrics, element: Element | None) -> tuple[str, str, str]:
    if element is None:
        return "", "", ""
    return (
        _shape(element.index),
        element_value(element.base, measured.base_dtype),
        element_value(element.raw, measured.raw_dtype),
    )


def _rounding(measured: Metrics) -> float:
    """What one rounding of base's typical value is; 0 for what does not round."""
    if measured.max_ulps is None:
        return 0.0
    return measured.rms_base * half_unit(measured)


def _histogram(measured: Metrics) -> int | tuple[int, ...]:
    """Equal elements, then the smallest exponent of an error, then how many have each from there on.

    0 if nobody counted.
    """
    kept = measured.histogram
    if kept is None:
        return 0
    counts = dict(kept.bins)
    exponents = range(min(counts), max(counts) + 1) if counts else range(0)
    return kept.zeros, *exponents[:1], *(counts.get(exponent, 0) for exponent in exponents)
