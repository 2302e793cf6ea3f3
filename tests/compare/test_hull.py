"""The hull keeps the points that decide, whatever their sizes and however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from padiff.compare import Envelope, Tolerance, hull
from padiff.compare.hull import Hull

from .drawn import tolerances
from .lines import Floats, check, decisive

NUMBER = st.one_of(
    st.integers(0, 6).map(float),
    st.floats(0, 2**0.5),
    st.floats(0, allow_infinity=False, allow_nan=False),
    st.sampled_from([0.0, 5e-324, 1e-323, 2.3e-308, 1e-290, 1e308]),
)


@contextmanager
def at_most(corners: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hull, "_MOST", corners)
        yield


def offered(chunks: Sequence[Sequence[tuple[float, float]]], most: int = 256) -> Envelope:
    corners = Hull()
    with at_most(most), np.errstate(all="ignore"):
        for chunk in chunks:
            array = np.array(chunk, float).reshape(-1, 2)
            corners.offer(array[:, 0], array[:, 1])
    return corners.envelope()


@settings(max_examples=300, deadline=None)
@given(data=st.data(), most=st.sampled_from([2, 4, 8, 256]))
def test_any_points(data: st.DataObject, most: int) -> None:
    """Numbers of every size beside each other, also where there are too many corners."""
    chunks = data.draw(st.lists(st.lists(st.tuples(NUMBER, NUMBER), max_size=30), max_size=4))
    envelope = offered(chunks, most)
    flat = [point for chunk in chunks for point in chunk]
    size, error = (
        (np.array(axis, float) for axis in zip(*flat, strict=True)) if flat else (np.zeros(0),) * 2
    )
    assert len(envelope.points) <= most
    check(envelope, size, error, data.draw(st.one_of(tolerances(), decisive(size, error))))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(NUMBER, NUMBER), max_size=40))
def test_points_are_elements_in_increasing_order(chunk: list[tuple[float, float]]) -> None:
    envelope = offered([chunk])
    assert set(envelope.points) <= set(chunk)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(envelope.points))


def lowered(values: Floats, most: int, rng: np.random.Generator) -> Floats:
    """Each by up to so many units in the last place."""
    steps = rng.integers(0, most + 1, values.shape)
    for step in range(most):
        values = np.where(steps > step, np.nextafter(values, 0), values)
    return values


@pytest.mark.parametrize("scale", [1.0, 2.0**-1060])
def test_elements_on_one_line_that_rounding_alone_puts_out(scale: float) -> None:
    rng = np.random.default_rng(0)
    ends_alone_were_wrong = 0
    for number in range(4000):
        size = np.sort(rng.random(rng.integers(3, 10))) * scale
        atol, rtol = rng.random() * rng.choice([0, 1, 1e-3]) * scale, rng.random()
        error = lowered(atol + rtol * size, 1, rng)
        flat = list(zip(size.tolist(), error.tolist(), strict=True))
        tolerance = Tolerance(
            *(max(0, n) for n in lowered(np.array([atol, rtol]), 2, rng).tolist())
        )
        chunks = [[flat], [flat[-1:], flat[:-1]], [flat[::2], flat[1::2]]][number % 3]
        envelope = offered(chunks)
        assert envelope.slack == 0.0
        check(envelope, size, error, tolerance)
        ends = Envelope((flat[0], flat[-1]))
        ends_alone_were_wrong += ends.holds(tolerance) is not envelope.holds(tolerance)
    assert ends_alone_were_wrong > 20


def test_too_many_on_one_line() -> None:
    line = [(float(i), float(i)) for i in range(1, 400)]
    envelope = offered([line])
    assert envelope == Envelope((line[-1],), slack=2.0**-48)
    assert envelope.holds(Tolerance(0, 1)) is None
    assert envelope.holds(Tolerance(0, 1 + 2.0**-45)) is True
    above = (100.0, 100.01)
    assert offered([line, line, [above]]).points == (above, line[-1])


@pytest.mark.parametrize("most", [2, 3, 5, 10])
@pytest.mark.parametrize("scale", [1.0, 1e-300, 1e300])
def test_more_corners_than_are_kept(scale: float, most: int) -> None:
    rng, untold = np.random.default_rng(0), 0
    for _ in range(300):
        size = rng.permutation(rng.random(rng.integers(most + 1, 60))) * scale
        error = (size / scale) ** rng.choice([0.2, 0.5, 0.9])
        flat = list(zip(size.tolist(), error.tolist(), strict=True))
        cut = rng.integers(1, len(flat))
        envelope = offered([flat[:cut], flat[cut:]], most)
        assert len(envelope.points) <= most
        rtol = float(
            rng.choice([0.0, rng.random(), abs(np.subtract(*error[:2]) / np.ptp(size[:2]))])
        )
        needed = max(0.0, float((error - rtol * size).max()))
        for factor in (0.5, 0.99, 1.0, 1 + 1e-15, 1.01, 1.1):
            tolerance = Tolerance(needed * factor, rtol)
            check(envelope, size, error, tolerance)
            untold += envelope.holds(tolerance) is None
        check(envelope, size, error, least_that_holds(envelope, rtol))
    assert untold > 50


def least_that_holds(envelope: Envelope, rtol: float) -> Tolerance:
    """By bisection over atol."""
    low, high = 0.0, 2 * envelope.points[-1][1] * (1 + envelope.slack)
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if envelope.holds(Tolerance(middle, rtol)) else (middle, high)
    return Tolerance(high, rtol)


def test_shares_of_a_distance_too_small_for_their_digits() -> None:
    for i in range(1, 50):
        near = 1e-10 * (1 + i / 64)
        size, error = np.array([near, 1e308]), np.array([near * (1 + 2.0**-30), 1e308])
        flat = list(zip(size.tolist(), error.tolist(), strict=True))
        for chunks in ([flat], [flat[1:], flat[:1]], [flat[:1], flat[1:]]):
            check(offered(chunks), size, error, Tolerance(0, 1))


def test_an_infinite_error_ends_it() -> None:
    beyond_all = (5.0, np.inf)
    chunks = [[(1.0, 1.0)], [beyond_all, (6.0, np.inf)], [(2.0, 3.0), (0.0, 1.0)]]
    assert offered(chunks).points == (beyond_all,)
