"""What a trace hands out again without reading it again: what was asked for last, and no more than so much."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from padiff.errors import TraceError
from padiff.trace import trace as opened
from padiff.trace.index import Index, ModuleEntry, TensorEntry
from padiff.trace.recent import Recent
from padiff.trace.shards import ShardReader
from padiff.trace.trace import Trace
from padiff.trace.writer import TraceWriter

MIB = 1 << 20


def bytes_of(count: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.zeros(count, np.uint8)


def test_what_was_asked_for_last_is_kept() -> None:
    recent = Recent(10)
    arrays = {number: bytes_of(4) for number in range(4)}
    recent.put(0, arrays[0])
    recent.put(1, arrays[1])
    assert recent.get(0) is arrays[0]
    recent.put(2, arrays[2])
    assert [recent.get(number) for number in (0, 1, 2)] == [arrays[0], None, arrays[2]]


def test_what_is_larger_than_all_that_is_kept_is_not() -> None:
    recent = Recent(10)
    recent.put(0, small := bytes_of(10))
    recent.put(1, bytes_of(11))
    assert recent.get(0) is small
    assert recent.get(1) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 12)), max_size=60))
def test_no_more_is_kept_than_was_allowed(asked: list[tuple[int, int]]) -> None:
    recent = Recent(20)
    sizes: dict[int, int] = {}
    for number, size in asked:
        if recent.get(number) is None:
            sizes[number] = size
            recent.put(number, bytes_of(size))
        kept = [number for number in sizes if recent.get(number) is not None]
        assert recent.nbytes == sum(sizes[number] for number in kept) <= 20


def written(path: Path, count: int, size: int = 8) -> Trace:
    """A trace of tensors, each filled with its number."""
    writer = TraceWriter(path, "full")
    for number in range(count):
        writer.put(np.full(size, number, np.uint8))
    module = ModuleEntry("", "", -1, ("nets.Net",))
    tensors: tuple[TensorEntry, ...] = tuple(writer.tensors)
    writer.finish(Index("0.1.0", "torch", "9.9", "Net", "full", (module,), tensors, ()))
    return Trace(path)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """How often each tensor was read."""
    counts: Counter[int] = Counter()
    load = ShardReader.load

    def noted(self: ShardReader, number: int, entry: TensorEntry) -> object:
        counts[number] += 1
        return load(self, number, entry)

    monkeypatch.setattr(ShardReader, "load", noted)
    return counts


def test_a_tensor_is_read_once_within_the_block(tmp_path: Path, reads: Counter[int]) -> None:
    trace = written(tmp_path / "t", 2)
    with trace.keeping():
        first = trace.tensor(1)
        assert trace.tensor(1) is first
        assert not first.flags.writeable
        assert trace.tensor(0).tolist() == [0] * 8
    assert reads == {0: 1, 1: 1}


def test_and_anew_outside_of_it(tmp_path: Path, reads: Counter[int]) -> None:
    trace = written(tmp_path / "t", 1)
    trace.tensor(0)
    with trace.keeping():
        trace.tensor(0)
        with trace.keeping():
            trace.tensor(0)
        trace.tensor(0)
    trace.tensor(0)
    trace.tensor(0)
    assert reads == {0: 5}


def test_also_where_the_block_raised(tmp_path: Path, reads: Counter[int]) -> None:
    trace = written(tmp_path / "t", 1)

    def read_and_fail() -> None:
        with trace.keeping():
            trace.tensor(0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_and_fail()
    trace.tensor(0)
    assert reads == {0: 2}


def test_what_was_damaged_since_is_refused_in_the_next_block(tmp_path: Path) -> None:
    trace = written(tmp_path / "t", 1)
    (file,) = trace.path.glob("*.safetensors")
    with trace.keeping():
        trace.tensor(0)
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    with trace.keeping():
        for _ in range(2):
            with pytest.raises(TraceError) as caught:
                trace.tensor(0)
            assert str(caught.value) == (
                "A file of the trace is damaged.\n"
                f"  where:    {file}\n"
                "  got:      tensor 0 with other values than were written\n"
                "  hint:     record it again"
            )


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = written(tmp_path / "t", 12, MIB)
    monkeypatch.setattr(opened, "_KEPT", 4 * MIB)
    tracemalloc.start()
    with trace.keeping():
        for number in range(12):
            trace.tensor(number)
        held = tracemalloc.get_traced_memory()[0]
    held_afterwards, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 4 * MIB <= held < 4.5 * MIB
    assert most < 5.5 * MIB
    assert held_afterwards < 0.5 * MIB
