"""What is left of two tensors, judged: by the tolerance, and by base's own rounding error."""

from __future__ import annotations

import numpy as np
import pytest

from padiff.aligning.comparison import Comparison
from padiff.aligning.sketches import SketchGauge
from padiff.compare.noise import NoiseFloor
from padiff.compare.rules import Tolerances
from padiff.compare.verdict import Verdict
from padiff.protocols import Array
from padiff.trace.sketch import Sketch
from padiff.trace.summary import summarise
from padiff.trace.writer import digest

ONES = np.ones(1000, np.float32)


def sketched(values: Array) -> Sketch:
    return Sketch(values.shape, values.dtype, digest(values), summarise(values))


def settled(
    base: Array, raw: Array, floor: NoiseFloor | None, scale: float | None = None
) -> Comparison:
    gauge = SketchGauge(Tolerances())
    found = gauge.compare("output", ("", ""), sketched(base), sketched(raw), scale=scale)
    gauge.settle(found, floor)
    return found


def one_off(by: float) -> Array:
    values = ONES.copy()
    values[7] += by
    return values


@pytest.mark.parametrize(
    ("raw", "floor", "verdict"),
    [
        pytest.param(ONES + 1e-3, None, Verdict.WRONG, id="no floor"),
        pytest.param(ONES + 1e-3, NoiseFloor(2e-4, 2e-4), Verdict.ROUNDING, id="explained"),
        pytest.param(ONES + 1e-3, NoiseFloor(1e-5, 1e-2), Verdict.WRONG, id="too small"),
        pytest.param(ONES + 1e-3, NoiseFloor(0.5, 0.5), Verdict.WRONG, id="chaos"),
        pytest.param(one_off(0.1), NoiseFloor(1e-3, 1e-3), Verdict.WRONG, id="one element"),
        pytest.param(one_off(0.1), NoiseFloor(1e-3, 1e-2), Verdict.ROUNDING, id="one that may"),
        pytest.param(ONES + 1e-6, NoiseFloor(1e-3, 1e-3), Verdict.WITHIN, id="within"),
    ],
)
def test_a_floor_excuses_what_it_explains(
    raw: Array, floor: NoiseFloor | None, verdict: Verdict
) -> None:
    found = settled(ONES, raw.astype(np.float32), floor)
    assert (found.verdict, found.floor) == (verdict, floor)


@pytest.mark.parametrize(
    ("scale", "verdict"), [(1.0, Verdict.ROUNDING), (1e-3, Verdict.WRONG), (1e4, Verdict.WITHIN)]
)
def test_a_gradient_is_as_large_as_those_beside_it(scale: float, verdict: Verdict) -> None:
    """Of 1e-6, a floor of 1e-3 is more than it is itself, and little of what it was computed from."""
    tiny = ONES * np.float32(1e-6)
    assert settled(tiny, tiny + np.float32(5e-3), NoiseFloor(1e-3, 1e-3), scale).verdict is verdict


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_no_floor_excuses_what_is_no_number(odd: float) -> None:
    raw = ONES.copy()
    raw[0] = odd
    found = settled(ONES, raw, NoiseFloor(1e-3, 1e-3))
    assert (found.verdict, found.floor) == (Verdict.WRONG, None)
