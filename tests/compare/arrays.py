"""Small arrays as literals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from padiff.compare import Metrics, Tolerance, measure
from padiff.protocols import Array

EXACT = Tolerance(0, 0)


def f32(values: Sequence[float]) -> Array:
    return np.array(values, np.float32)


def c64(values: Sequence[complex]) -> Array:
    return np.array(values, np.complex64)


def measured(
    base: Array,
    raw: Array,
    tolerance: Tolerance = EXACT,
    *,
    same_dtype: bool = True,
    detail: bool = False,
) -> Metrics:
    """What was measured between arrays that can be compared."""
    found = measure(base, raw, tolerance=tolerance, same_dtype=same_dtype, detail=detail)
    assert isinstance(found, Metrics)
    return found
