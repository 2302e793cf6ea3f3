"""Traces without values: summaries and hashes, of which nothing can be read."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from padiff.errors import TraceError
from padiff.protocols import Array
from padiff.trace.index import Summary
from padiff.trace.summary import summarise
from padiff.trace.trace import Trace
from padiff.trace.writer import TraceWriter, digest
from tests.cli.traces import Net, write_trace

FLOATS = npst.arrays(
    st.sampled_from([np.float16, np.float32, np.float64]),
    npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5),
)


@pytest.mark.parametrize("level", ["statistics", "hash"])
def test_no_values_are_written(tmp_path: Path, level: Any) -> None:
    trace = Trace(write_trace(tmp_path / "t", Net(level=level)))
    assert [entry.name for entry in (tmp_path / "t").iterdir()] == ["index.json"]
    for entry in trace.index.tensors:
        assert (entry.file, entry.checksum) == ("", 0)
        assert len(entry.digest) == 32
        assert (entry.summary is not None) == (level == "statistics")
    trace.check_values()
    with pytest.raises(TraceError) as caught:
        trace.tensor(0)
    assert str(caught.value) == (
        "The trace does not hold the values of its tensors.\n"
        f"  where:    {tmp_path / 't'}\n"
        f"  got:      level '{level}'\n"
        "  expected: level 'full'\n"
        "  hint:     record it again without level="
    )


def test_equal_values_have_equal_hashes_at_every_level(tmp_path: Path) -> None:
    full = Trace(write_trace(tmp_path / "full"))
    for level in ("statistics", "hash"):
        other = Trace(write_trace(tmp_path / level, Net(level=level)))
        for number, entry in enumerate(other.index.tensors):
            assert entry.digest == digest(full.tensor(number))


@pytest.mark.parametrize("level", ["statistics", "hash"])
def test_a_hash_that_is_known_is_not_made_again(tmp_path: Path, level: Any) -> None:
    writer = TraceWriter(tmp_path / "t", level)
    writer.put(np.ones(3), "known")
    writer.put(np.ones(3))
    assert [entry.digest for entry in writer.tensors] == ["known", digest(np.ones(3))]
    writer.discard()


def test_a_hash_is_of_the_values_in_c_order() -> None:
    array = np.arange(6, dtype="<f4").reshape(2, 3)
    assert digest(array) == hashlib.blake2b(array.tobytes(), digest_size=16).hexdigest()
    assert digest(array.T) == digest(np.ascontiguousarray(array.T)) != digest(array)
    assert digest(array[::2, ::2]) == digest(array[::2, ::2].copy())
    assert digest(np.array(1, np.float32)) == digest(np.ones(1, np.float32))
    assert digest(np.zeros(0)) == hashlib.blake2b(b"", digest_size=16).hexdigest()
    assert digest(np.array([0.0])) != digest(np.array([-0.0]))


@given(FLOATS)
def test_a_summary_is_what_numpy_finds(array: Array) -> None:
    found = summarise(array)
    wide = array.astype(np.float64)
    finite = wide[np.isfinite(wide)]
    assert found.nan == np.isnan(wide).sum()
    assert (found.plus_inf, found.minus_inf) == (np.isposinf(wide).sum(), np.isneginf(wide).sum())
    if not finite.size:
        assert found == Summary(0.0, 0.0, 0.0, 0.0, 0.0, found.nan, found.plus_inf, found.minus_inf)
        return
    assert (found.least, found.greatest) == (finite.min(), finite.max())
    size, scale = finite.size, float(np.abs(finite).max()) or 1.0
    scaled = [float(value) / scale for value in finite]
    near = {"rel_tol": 1e-12, "abs_tol": 1e-12 * scale}
    assert math.isclose(found.mean, math.fsum(scaled) / size * scale, **near)
    assert math.isclose(found.mean_abs, math.fsum(map(abs, scaled)) / size * scale, **near)
    square = math.fsum(value * value for value in scaled) / size
    assert math.isclose(found.rms, math.sqrt(square) * scale, **near)
    assert all(map(math.isfinite, (found.mean, found.mean_abs, found.rms)))
    assert found.least <= found.mean <= found.greatest
    assert 0 <= found.mean_abs <= found.rms * (1 + 1e-12)


def test_a_summary_of_what_is_no_float() -> None:
    assert summarise(np.array([True, False])) == Summary(0.5, 0.5, math.sqrt(0.5), 0.0, 1.0)
    assert summarise(np.array([-3, 3], np.int8)) == Summary(0.0, 3.0, 3.0, -3.0, 3.0)
    assert summarise(np.array([3 + 4j, 0], np.complex64)) == Summary(
        2.5, 2.5, math.sqrt(12.5), 0.0, 5.0
    )


def test_complex_numbers_whose_modulus_is_beyond_their_dtype() -> None:
    found = summarise(np.array([3e38 + 3e38j], np.complex64))
    assert found.plus_inf == 0
    assert found.greatest == pytest.approx(math.sqrt(2) * 3e38)
    assert summarise(np.array([1e308 + 1.7e308j])).plus_inf == 1


def test_the_largest_and_the_smallest_numbers_do_not_overflow() -> None:
    for value in (np.finfo(np.float64).max, np.finfo(np.float64).smallest_subnormal):
        assert summarise(np.full(3, value)) == Summary(value, value, value, value, value)
        assert summarise(np.full(3, -value)) == Summary(-value, value, value, -value, -value)


def test_a_tensor_of_many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    array = np.random.default_rng(0).normal(size=(10, 7)).astype(np.float32)
    array[3, 3] = np.nan
    whole = summarise(array)
    monkeypatch.setattr("padiff.trace.summary._BLOCK", 8)
    parts = summarise(array)
    assert (parts.nan, parts.least, parts.greatest) == (whole.nan, whole.least, whole.greatest)
    for name in ("mean", "mean_abs", "rms"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), rel=1e-14)


def test_no_number_of_a_summary_is_lost_in_json(tmp_path: Path) -> None:
    path = write_trace(tmp_path / "t", Net(level="statistics", off=float("inf")))
    index = json.loads((path / "index.json").read_bytes())["trace"]
    for entry in index["tensors"]:
        numbers = [entry["summary"][n] for n in ("mean", "mean_abs", "rms", "least", "greatest")]
        assert all(isinstance(number, float) for number in numbers)
    assert any(entry["summary"].get("plus_inf") == 2 for entry in index["tensors"])
