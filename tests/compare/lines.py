"""Points of envelopes: drawn ones, tolerances that hardly hold or do not, and what is true of them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from padiff.compare import Envelope, Metrics, Tolerance

from .drawn import tolerances
from .oracle import beyond

Floats = NDArray[np.float64]


def found(metrics: Metrics) -> Envelope:
    assert metrics.envelope is not None
    return metrics.envelope


def around(value: float) -> list[float]:
    """A number and its neighbours, as far as they can be tolerances."""
    steps = [value, np.nextafter(value, 0), np.nextafter(value, np.inf)]
    return [float(step) for step in steps if np.isfinite(step) and step >= 0]


@st.composite
def decisive(draw: st.DrawFn, size: Floats, error: Floats) -> Tolerance:
    """A line through one or two of the points, or right beside them."""
    if not size.size:
        return draw(tolerances())
    element = st.integers(0, size.size - 1)
    i, j = draw(element), draw(element)
    with np.errstate(all="ignore"):
        chord = abs((error[i] - error[j]) / (size[i] - size[j]))
        rtol = draw(st.sampled_from([0.0, 1e-3, 0.3, error[i] / size[i], chord]))
        rtol = draw(st.sampled_from(around(rtol) or [0.0]))
        atol = max(0.0, error[i] - rtol * size[i])
        atol = draw(st.sampled_from(around(atol) or [0.0]))
    return Tolerance(atol, rtol)


def check(envelope: Envelope, size: Floats, error: Floats, tolerance: Tolerance) -> None:
    with np.errstate(all="ignore"):
        within = not beyond(size, error, tolerance).any()
        answer = envelope.holds(tolerance)
        if answer is None:
            raised = error * (1 + envelope.slack) * (1 + 2.0**-46)
            assert envelope.slack
            assert beyond(size, raised, tolerance).any()
        else:
            assert answer is within
