"""Summing a tensor up, where its values are not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from padiff.dtypes import category
from padiff.trace.index import Summary

if TYPE_CHECKING:
    from padiff.protocols import Array

__all__ = ["summarise"]


def summarise(array: Array) -> Summary:
    """What a tensor is like; all zeros where it has no finite value."""
    wide = np.abs(array) if category(array.dtype) == "complex" else array
    values = wide.astype(np.float64).reshape(-1)
    finite = values[np.isfinite(values)]
    counts = {
        "nan": int(np.isnan(values).sum()),
        "plus_inf": int(np.isposinf(values).sum()),
        "minus_inf": int(np.isneginf(values).sum()),
    }
    if not finite.size:
        return Summary(0.0, 0.0, 0.0, 0.0, 0.0, **counts)
    largest = float(np.abs(finite).max())
    scaled = finite / largest if largest else finite
    return Summary(
        mean=float(scaled.mean()) * largest,
        mean_abs=float(np.abs(scaled).mean()) * largest,
        rms=float(np.sqrt(np.square(scaled).mean())) * largest,
        least=float(finite.min()),
        greatest=float(finite.max()),
        **counts,
    )
