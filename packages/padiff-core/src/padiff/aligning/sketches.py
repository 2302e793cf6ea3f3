"""Comparing what is left of two tensors whose values were not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from padiff.aligning.comparison import Comparison
from padiff.aligning.noise import CHAOS
from padiff.compare.measure import measure
from padiff.compare.metrics import Incomparable
from padiff.compare.tolerance import Tolerance
from padiff.compare.ulp import mantissa_bits
from padiff.compare.verdict import Verdict, judge
from padiff.dtypes import category

if TYPE_CHECKING:
    from padiff.compare.noise import NoiseFloor
    from padiff.compare.rules import Tolerances
    from padiff.trace.sketch import Sketch

__all__ = ["SketchGauge"]

_STATISTICS = "of mean, mean size, RMS, least and greatest value"
_HASH = "of the hash's bytes, which tell equal from different and nothing more"
_UNSEEN = "the values differ, and none of the statistics shows it"


class SketchGauge:
    """Compares sketches with the tolerances of one alignment."""

    def __init__(self, tolerances: Tolerances) -> None:
        self.seen: set[tuple[str, str]] = set()
        """Paths of both sides that were compared, to find rules that decided for none."""
        self._tolerances = tolerances
        self._in_doubt: dict[int, tuple[Comparison, Sketch, Sketch]] = {}

    def compare(
        self,
        name: str,
        paths: tuple[str, str],
        base: Sketch,
        raw: Sketch,
        *,
        scale: float | None = None,
    ) -> Comparison:
        """Compare two sketches of one level.

        Args:
            name: What the tensor is.
            paths: The dotted paths of the layer, or the tensor, on both sides.
            base: Base's.
            raw: Raw's.
            scale: What the default absolute tolerance is multiplied with, as in `Gauge.compare`.
        """
        self.seen.add(paths)
        if base.shape != raw.shape or base.dtype != raw.dtype:
            return Comparison(name, *paths, _unlike(base, raw), Verdict.WRONG)
        tolerance = self._tolerance(paths, base, raw, scale)
        measured = measure(base.vector, raw.vector, tolerance=tolerance)
        note = _HASH if base.summary is None else _STATISTICS
        found = Comparison(name, *paths, measured, judge(measured), note, scale=scale or 0.0)
        if base.digest == raw.digest:
            return found
        if base.nonfinite != raw.nonfinite or not _rounds(base):
            found.verdict = Verdict.WRONG
        elif found.verdict is Verdict.IDENTICAL:
            found.verdict, found.note = Verdict.WITHIN, _UNSEEN
        else:
            self._in_doubt[id(found)] = found, base, raw
        return found

    def doubts(self, comparison: Comparison) -> bool:
        """Whether the values differ, and may do so by rounding."""
        return id(comparison) in self._in_doubt

    def settle(self, comparison: Comparison, floor: NoiseFloor | None) -> None:
        """Revise a verdict by base's own rounding error, if that was recorded."""
        _, base, raw = self._in_doubt.get(id(comparison), (None, None, None))
        if floor is None or base is None or raw is None:
            return
        comparison.floor = floor
        size = max(base.rms, comparison.scale)
        if (
            not comparison.agrees
            and floor.rms <= CHAOS * size
            and _explains(floor, base, raw, size)
        ):
            comparison.verdict = Verdict.ROUNDING

    def _tolerance(
        self, paths: tuple[str, str], base: Sketch, raw: Sketch, scale: float | None
    ) -> Tolerance:
        """What is allowed of any value, as what is allowed of the statistics."""
        allowed = self._tolerances.of(paths[0], base.dtype, raw.dtype, raw_path=paths[1])
        if base.summary is None:
            return Tolerance(0.0, 0.0)
        atol = allowed.atol * (scale if scale is not None and not self._tolerances.rules else 1.0)
        size = max(abs(base.summary.least), abs(base.summary.greatest))
        return Tolerance(atol + allowed.rtol * size, 0.0)


def _rounds(base: Sketch) -> bool:
    """Whether values may differ by rounding: of whole numbers, a difference is one."""
    return base.summary is not None and category(base.dtype) in ("float", "complex")


def _explains(floor: NoiseFloor, base: Sketch, raw: Sketch, size: float) -> bool:
    """Whether rounding explains how far the statistics are apart.

    The floor counts as at least half a unit in the last place, as in `padiff.compare.noise.excess`.
    """
    errors = np.abs(base.vector - raw.vector)
    unit = 2.0 ** -(mantissa_bits(np.empty(0, base.dtype).real.dtype) + 1) * size
    means, extremes = float(errors[:3].max()), float(errors[3:].max())
    return means <= floor.RMS * max(floor.rms, unit) and extremes <= floor.MAX * max(
        floor.max_abs, unit
    )


def _unlike(base: Sketch, raw: Sketch) -> Incomparable:
    return Incomparable(
        "shape" if base.shape != raw.shape else "dtype",
        base.shape,
        raw.shape,
        base.dtype.name,
        raw.dtype.name,
    )
