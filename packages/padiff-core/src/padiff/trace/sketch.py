"""What a trace tells of a tensor where it does not hold the values: statistics, or a hash alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from padiff.dtypes import named_dtype
from padiff.trace.summary import summarise
from padiff.trace.writer import digest

if TYPE_CHECKING:
    from padiff.protocols import Array
    from padiff.trace.index import Level, Summary
    from padiff.trace.trace import Trace

__all__ = ["STATISTICS", "Sketch", "SketchOf", "sketch"]

STATISTICS = ("mean", "mean_abs", "rms", "least", "greatest")
"""What the vector of a summary holds, in this order. None of these is further from its partner than
the values are: the mean and the root mean square by the mean error and its root mean square, the least
and the greatest by the largest error. So a difference in one of them is one in the values."""


SketchOf: TypeAlias = "Callable[[Trace, int], Sketch]"
"""Gives the sketch of a tensor of a trace, by its place in it."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """One tensor, as it can be compared."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    digest: str
    """Hash of the values: equal for equal ones, and tells nothing more."""
    summary: Summary | None
    """None at the level "hash"."""

    @property
    def vector(self) -> Array:
        """What there is, as numbers: float64 of shape `(5,)`, or the 16 bytes of the hash."""
        if self.summary is None:
            return np.frombuffer(bytes.fromhex(self.digest), np.uint8)
        return np.array([getattr(self.summary, name) for name in STATISTICS], np.float64)

    @property
    def zeros(self) -> bool:
        """Whether all values are zeros."""
        if self.summary is None:
            return self.digest == digest(np.broadcast_to(np.zeros((), self.dtype), self.shape))
        return self.summary.mean_abs == 0 and not any(self.nonfinite)

    @property
    def rms(self) -> float:
        """Root mean square of the finite values; 0 if that is not known."""
        return self.summary.rms if self.summary else 0.0

    @property
    def nonfinite(self) -> tuple[int, int, int]:
        """How many NaN, positive and negative infinities there are; zeros without a summary."""
        found = self.summary
        return (found.nan, found.plus_inf, found.minus_inf) if found else (0, 0, 0)


def sketch(trace: Trace, number: int, level: Level) -> Sketch:
    """A tensor of a trace at a level, from its values if the trace holds these.

    Args:
        trace: The trace.
        number: The tensor's place in it.
        level: `"statistics"` or `"hash"`, no finer than the trace's own.
    """
    entry = trace.index.tensors[number]
    dtype = np.dtype(named_dtype(entry.dtype))
    if not entry.file:
        summary = entry.summary if level == "statistics" else None
        return Sketch(entry.shape, dtype, entry.digest, summary)
    values = trace.tensor(number)
    summary = summarise(values) if level == "statistics" else None
    return Sketch(entry.shape, dtype, digest(values), summary)
