"""Every byte of every file of a trace, changed: an error that says so, or the very same tensors."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from padiff.errors import TraceError
from padiff.protocols import Array
from padiff.trace.trace import Trace
from tests.cli.traces import Net, write_trace
from tests.trace.folders import contents, write_rich

CHANGES: dict[str, Callable[[int], int]] = {
    "lowest bit": lambda byte: byte ^ 1,
    "highest bit": lambda byte: byte ^ 0x80,
    "zero": lambda byte: 0 if byte else 0xFF,
    "space": lambda byte: 0x20 if byte != 0x20 else 0x30,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trace nobody touches."""
    return write_rich(tmp_path_factory.mktemp("whole") / "t")


@pytest.fixture(scope="module")
def damaged(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, for each test to damage and mend."""
    return Path(shutil.copytree(whole, tmp_path_factory.mktemp("damaged") / "t"))


def same(found: list[Array], expected: list[Array]) -> bool:
    return len(found) == len(expected) and all(
        (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
        for one, other in zip(found, expected, strict=True)
    )


def is_noticed(path: Path, expected: list[Array]) -> bool:
    """Whether a trace is refused; if it is not, it must be what it was."""
    try:
        found = contents(Trace(path))
    except TraceError:
        return True
    assert same(found, expected)
    return False


def each_byte_changed(file: Path, change: Callable[[int], int]) -> Iterator[bytes]:
    """Change a file byte by byte, each for as long as it is looked at."""
    data = file.read_bytes()
    with file.open("r+b", buffering=0) as opened:
        for place, byte in enumerate(data):
            opened.seek(place)
            opened.write(bytes([change(byte)]))
            yield bytes([byte])
            opened.seek(place)
            opened.write(bytes([byte]))


@pytest.mark.parametrize("change", CHANGES)
def test_a_byte_of_the_index(whole: Path, damaged: Path, change: str) -> None:
    expected = contents(Trace(whole))
    for _ in each_byte_changed(damaged / "index.json", CHANGES[change]):
        assert is_noticed(damaged, expected)


@pytest.mark.parametrize("change", CHANGES)
def test_a_byte_of_the_tensors(whole: Path, damaged: Path, change: str) -> None:
    expected = contents(Trace(whole))
    passed = {
        byte
        for byte in each_byte_changed(damaged / "tensors-00000.safetensors", CHANGES[change])
        if not is_noticed(damaged, expected)
    }
    assert passed <= {b" "}, "only the spaces that fill the header up may differ"


@pytest.mark.parametrize("name", ["index.json", "tensors-00000.safetensors"])
def test_a_file_that_is_cut_short_or_longer(whole: Path, damaged: Path, name: str) -> None:
    expected, file = contents(Trace(whole)), damaged / name
    data = file.read_bytes()
    for length in reversed(range(len(data))):
        os.truncate(file, length)
        assert is_noticed(damaged, expected), length
    for more in (b"\0", b"}", data):
        file.write_bytes(data + more)
        assert is_noticed(damaged, expected) or name != "index.json"
    file.unlink()
    assert is_noticed(damaged, expected)
    file.write_bytes(data)
    assert not is_noticed(damaged, expected)


@given(st.data())
def test_several_bytes_anywhere(whole: Path, damaged: Path, data: st.DataObject) -> None:
    expected = contents(Trace(whole))
    name = data.draw(st.sampled_from(["index.json", "tensors-00000.safetensors"]))
    before = (whole / name).read_bytes()
    place = data.draw(st.integers(0, len(before)))
    gone = data.draw(st.integers(0, 20))
    changed = before[:place] + data.draw(st.binary(max_size=20)) + before[place + gone :]
    (damaged / name).write_bytes(changed)
    # White space between the words of the index says nothing.
    noticed = is_noticed(damaged, expected)
    assert noticed or name != "index.json" or json.loads(changed) == json.loads(before)
    (damaged / name).write_bytes(before)


def test_files_of_another_trace(whole: Path, damaged: Path, tmp_path: Path) -> None:
    expected, name = contents(Trace(whole)), "tensors-00000.safetensors"
    other = write_trace(tmp_path / "other", Net(steps=2, backward=True, updates=True, off=0.5))
    before = (damaged / name).read_bytes()
    shutil.copy(other / name, damaged / name)
    trace = Trace(damaged)  # of the same names, shapes and dtypes
    with pytest.raises(TraceError) as caught:
        trace.check_values()
    assert str(caught.value) == (
        "A file of the trace is damaged.\n"
        f"  where:    {damaged / name}\n"
        "  got:      tensor 5 with other values than were written\n"
        "  hint:     record it again"
    )
    assert np.array_equal(trace.tensor(0), expected[0])
    (damaged / name).write_bytes(before)


def test_a_file_that_is_cut_short_while_the_trace_is_open(damaged: Path) -> None:
    file = damaged / "tensors-00000.safetensors"
    before, trace = file.read_bytes(), Trace(damaged)
    trace.tensor(0)
    file.write_bytes(before[:-8])
    with pytest.raises(TraceError, match="A file of the trace is damaged"):
        trace.check_values()
    file.write_bytes(before)
