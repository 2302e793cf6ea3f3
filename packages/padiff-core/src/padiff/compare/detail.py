"""What `measure` gathers on request: the distribution of the errors, and their envelope."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from padiff.compare.blocks import PART
from padiff.compare.envelope import Envelope
from padiff.compare.histogram import Bins, Histogram
from padiff.compare.hull import Hull
from padiff.compare.ulp import below
from padiff.protocols import Array

__all__ = ["Detail"]

_SLACK = 2.0**-20
"""More than the rounding errors of a few float32 operations."""


class Detail:
    """Both, after the blocks added so far.

    Args:
        narrow: Whether the dtypes are such that errors are computed in float32, as a rule.
    """

    def __init__(self, *, narrow: bool) -> None:
        self._bins = Bins(narrow=narrow)
        self._hull = Hull()
        self._pending: list[tuple[Array, Array]] = []
        """Few elements of many blocks, to be offered at once."""
        self._waiting = 0

    def histogram(self) -> Histogram:
        """How the errors are distributed."""
        return self._bins.histogram()

    def envelope(self) -> Envelope:
        """What decides every strict tolerance."""
        self._flush()
        return self._hull.envelope()

    def add_equal(self, count: int) -> None:
        """So many finite elements without an error."""
        self._bins.zeros += count

    def add(self, error: NDArray[np.float64], magnitude: NDArray[np.float64]) -> None:
        """A few thousand elements, in float64."""
        self._bins.add(error)
        self._hull.offer(magnitude, error)

    def add_block(
        self, base: Array, raw: Array, error: Array, relative: Array, scratch: NDArray[np.bool_]
    ) -> None:
        """A block of finite elements.

        Args:
            base: Base's values, in float32 or float64.
            raw: Raw's.
            error: Of the same dtype.
            relative: `error / |base|`; NaN where both are 0.
            scratch: Memory for twice as many booleans.
        """
        self._bins.add(error)
        # A quotient beyond the dtype is infinite, and may be steeper than any slope.
        slope = min(self._hull.slope * (1 - _SLACK), float(np.finfo(relative.dtype).max))
        suspects, steep = scratch[: base.size], scratch[base.size : 2 * base.size]
        np.greater(error, below(self._hull.level * (1 - _SLACK), error.dtype), out=suspects)
        np.greater(relative, slope, out=steep)
        np.logical_or(suspects, steep, out=suspects)
        positions = np.flatnonzero(suspects)
        if positions.size * 4 > base.size:
            for start in range(0, base.size, PART):
                self._offer(base[start : start + PART], raw[start : start + PART])
        elif positions.size:
            self._pending.append((base[positions], raw[positions]))
            self._waiting += positions.size
            if self._waiting > PART:
                self._flush()

    def _flush(self) -> None:
        if self._pending:
            self._offer(*map(np.concatenate, zip(*self._pending, strict=True)))
            self._pending.clear()
            self._waiting = 0

    def _offer(self, base: Array, raw: Array) -> None:
        wide = base.astype(np.float64)
        self._hull.offer(np.abs(wide), np.abs(wide - raw))
