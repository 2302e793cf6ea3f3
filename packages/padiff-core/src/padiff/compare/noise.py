"""The noise floor: base's own rounding error as the yardstick, so that nobody has to guess an atol.

Base runs once in its own precision and once in float64; the difference is the rounding error that
its own arithmetic makes up to this unit. Raw does the same arithmetic in another order, so it may be
about as far from base, and a small multiple of it where it sums in a less careful order.

The multiples: of 29 operations (products over 16 to 16384 terms, convolution, attention, LSTM,
normalisations, activations, reductions, and gradients of these), measured on torch 2.13.0 and paddle
3.3.1, 28 are within 3.1 times base's floor by RMS and 6 times by the largest error; the last, a mean
over 4096 rows, is 8 and 13.4 times off. LayerNorm with an epsilon of 1e-6 for 1e-5 is 33 times off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import ml_dtypes
import numpy as np

from padiff.compare.metrics import Metrics
from padiff.compare.ulp import mantissa_bits
from padiff.errors import UsageError

__all__ = ["NoiseFloor", "excess", "half_unit"]


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """Base's own rounding error at one tensor, base in its precision against base in float64."""

    RMS: ClassVar[float] = 10.0
    """An RMS error of so many floors is explained by rounding."""
    MAX: ClassVar[float] = 20.0
    """A largest error of so many floors is explained by rounding."""
    WRONG: ClassVar[float] = 10.0
    """Beyond so many times either of these, an error is wrong; before that, suspicious."""

    rms: float
    max_abs: float
    scale: float = 0.0
    """Typical magnitude of the numbers the tensor was computed from, if known. Only matters where the
    tensor itself is all zeros, say after a ReLU that nothing passes: then nothing else tells how
    large a rounding error would be."""

    def __post_init__(self) -> None:
        if not all(math.isfinite(n) and n >= 0 for n in (self.rms, self.max_abs, self.scale)):
            raise UsageError(
                "This is no noise floor: nothing would be beyond it.",
                got=str(self),
                expected="finite numbers >= 0",
            )

    @classmethod
    def of(cls, metrics: Metrics, *, scale: float = 0.0) -> NoiseFloor:
        """The floor that a measurement of base against base in float64 shows."""
        return cls(metrics.rms, metrics.max_abs, scale)

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {"rms": self.rms, "max_abs": self.max_abs, "scale": self.scale}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> NoiseFloor:
        """The inverse of `to_dict`."""
        return cls(**data)


def excess(metrics: Metrics, floor: NoiseFloor) -> float:
    """How many times more than rounding explains the two sides differ; rounding is up to 1.

    The floor counts as at least half a unit in the last place: base may have been exact by chance, or
    because it only moved or scaled by powers of two, and raw may round once all the same.
    By absolute errors alone: where base is zero (dead ReLU units, masked positions, gradients that
    cancel) relative and ULP distances are huge without meaning.

    Args:
        metrics: Raw against base.
        floor: Base against itself.
    """
    unit = half_unit(metrics)
    least_max = abs(metrics.max_abs_at.base) if metrics.max_abs_at else 0.0
    rms = max(floor.rms, unit * max(metrics.rms_base, floor.scale))
    largest = max(floor.max_abs, unit * max(least_max, metrics.rms_base, floor.scale))
    return max(
        _ratio(metrics.rms, rms * NoiseFloor.RMS),
        _ratio(metrics.max_abs, largest * NoiseFloor.MAX),
    )


def half_unit(metrics: Metrics) -> float:
    """The relative error of one rounding, in the coarser of the two dtypes."""
    names = (metrics.base_dtype, metrics.raw_dtype)
    reals = [np.empty(0, getattr(ml_dtypes, name, name)).real.dtype for name in names]
    return float(2.0 ** -(min(map(mantissa_bits, reals)) + 1))


def _ratio(error: float, allowed: float) -> float:
    if allowed:
        return error / allowed
    return math.inf if error else 0.0
