"""The envelope says of every strict tolerance what counting the elements says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from padiff.compare import Envelope, Tolerance
from padiff.compare.hull import Hull
from padiff.protocols import Array

from .arrays import f32, measured
from .drawn import COMPLEX, FLOATS, INTEGERS, dtype_named, laid_out, pairs, small_blocks, tolerances
from .lines import Floats, check, decisive, found
from .oracle import points


@pytest.mark.parametrize("names", [FLOATS, COMPLEX, INTEGERS], ids=["float", "complex", "integer"])
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_tolerance_of_any_tensors(names: tuple[str, ...], data: st.DataObject) -> None:
    base, raw = data.draw(pairs(names))
    base, raw = data.draw(laid_out(base)), data.draw(laid_out(raw))
    with small_blocks(data.draw(st.sampled_from([2, 6, 64]))):
        metrics = measured(base, raw, detail=True)
    with np.errstate(all="ignore"):
        size, error = points(base, raw)
        second = data.draw(st.one_of(tolerances(), decisive(size, error)))
        with small_blocks(6):
            again = measured(base, raw, second)
    assert found(metrics).slack == 0.0
    check(found(metrics), size, error, second)
    within = again.out_of_tolerance == again.nonfinite_differences
    assert found(metrics).holds(second) is within


@pytest.mark.parametrize("same", ["ratio", "error"])
def test_errors_that_float32_can_hardly_tell_apart(same: str) -> None:
    rng = np.random.default_rng(0)
    for _ in range(60):
        base = rng.uniform(1, 2, 40).astype(np.float32)
        number = np.float32(rng.uniform(1, 4))
        raw = base * number if same == "ratio" else base + number
        with small_blocks(2):
            envelope = found(measured(base, raw, detail=True))
        size, error = points(base, raw)
        for i in range(base.size):
            rtol = float(error[i] / size[i]) if same == "ratio" else 0.0
            check(envelope, size, error, Tolerance(0.0 if rtol else float(error[i]), rtol))


def test_a_ratio_beyond_float32_is_not_the_steepest() -> None:
    tiny = float(np.finfo(np.float32).smallest_subnormal)
    base, raw = f32([tiny] * 2 + [0] * 2), f32([1e-5] * 2 + [5e-6] * 2)
    with small_blocks(1):
        envelope = found(measured(base, raw, detail=True))
    assert [size for size, _ in envelope.points] == [0.0, tiny]


def sample(name: str, seed: int, size: int = 150_000) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    base = rng.standard_normal(size) * 8
    noise = rng.standard_normal(size) * 10.0 ** rng.integers(-8, 0)
    raw = base + noise * (np.abs(base) if seed % 2 else 1)
    if name in INTEGERS:
        base, raw = np.abs(base).clip(0, 100).round(), (np.abs(raw) + 0.5).clip(0, 100).round()
    elif name in COMPLEX:
        base, raw = base + 1j * noise, raw + 2j * noise
    return base.astype(dtype_named(name)), raw.astype(dtype_named(name))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", [*FLOATS, *COMPLEX, "int8", "int64"])
def test_many_elements(name: str, seed: int) -> None:
    base, raw = sample(name, seed)
    envelope = found(measured(base, raw, detail=True))
    size, error = points(base, raw)
    assert 0 < len(envelope.points) <= 64
    for rtol in (0.0, 1e-6, 1e-3, 0.1, 1.0):
        needed = float((error - rtol * size).max())
        assert envelope.required_atol(rtol) == pytest.approx(max(0.0, needed), rel=1e-9, abs=1e-15)
        for factor in (1 - 1e-12, 1.0, 1 + 1e-12):
            check(envelope, size, error, Tolerance(max(0.0, needed) * factor, rtol))


FUNCTIONS = {
    "concave": lambda x: x + np.sqrt(np.abs(x)),
    "zeros": lambda x: x * 0,
    "doubled": lambda x: x * 2,
    "constant": lambda x: x + 1,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_error_that_is_a_function_of_base(name: str) -> None:
    base = np.random.default_rng(0).standard_normal(100_000).astype(np.float32)
    raw = FUNCTIONS[name](base)
    envelope = found(measured(base, raw, detail=True))
    size, error = points(base, raw)
    assert len(envelope.points) <= 256
    assert envelope.slack < 1e-3
    for rtol in (0.0, 0.1, 0.5, 1.0, 3.0):
        needed = max(0.0, float((error - rtol * size).max()))
        for factor in (0.99, 0.9999, 1.0, 1.001):
            check(envelope, size, error, Tolerance(needed * factor, rtol))
        assert envelope.holds(Tolerance(needed * 1.01 + 1e-9, rtol)) is True


def test_nearly_every_element_is_dropped_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    consider = Hull._consider

    def counted(self: Hull, size: Floats, error: Floats) -> None:
        looked_at.append(size.size)
        consider(self, size, error)

    monkeypatch.setattr(Hull, "_consider", counted)
    for name in ("float32", "float64", "complex64", "int8"):
        for seed in (1, 2):
            looked_at.clear()
            measured(*sample(name, seed), detail=True)
            assert 0 < sum(looked_at) < 6000


def test_a_tolerance_within_the_slack_cannot_be_told() -> None:
    envelope = Envelope(((1.0, 1.0), (2.0, 1.5)), slack=0.1)
    assert envelope.holds(Tolerance(1.4, 0)) is False
    assert envelope.holds(Tolerance(1.6, 0)) is None
    assert envelope.holds(Tolerance(1.66, 0)) is True


def test_the_corners_of_a_few_elements() -> None:
    base, raw = f32([1, 2, 4, -8, 0]), f32([1.25, 2.25, 5, -7.5, 0])
    assert found(measured(base, raw, detail=True)) == Envelope(((1.0, 0.25), (4.0, 1.0)))


def test_no_error_needs_nothing() -> None:
    envelope = found(measured(f32([1, 2]), f32([1, 2]), detail=True))
    assert envelope == Envelope(())
    assert envelope.holds(Tolerance(0, 0)) is True
    assert envelope.required_atol(0.0) == 0.0


def test_an_error_beyond_float64_is_out_of_every_tolerance() -> None:
    big = np.finfo(float).max
    base, raw = np.array([1.0, big, 2.0]), np.array([1.5, -big, 3.0])
    for _ in range(2):
        envelope = found(measured(base, raw, detail=True))
        assert envelope == Envelope(((big, np.inf),))
        assert envelope.holds(Tolerance(big, big)) is False
        base, raw = base[::-1].copy(), raw[::-1].copy()


def test_without_being_asked_for_there_is_none() -> None:
    metrics = measured(f32([1]), f32([2]))
    assert (metrics.envelope, metrics.histogram) == (None, None)


def test_the_rest_is_measured_as_ever() -> None:
    base, raw = sample("float32", 1)
    with_detail = measured(base, raw, detail=True).to_dict()
    assert with_detail == {
        **measured(base, raw).to_dict(),
        "envelope": with_detail["envelope"],
        "histogram": with_detail["histogram"],
    }
