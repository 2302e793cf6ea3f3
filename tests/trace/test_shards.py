"""Tensors in files: every dtype and shape, in files of a size, found again by number."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from padiff.dtypes import named_dtype
from padiff.errors import TraceError
from padiff.protocols import Array
from padiff.testing import random_bits
from padiff.trace.index import TensorEntry
from padiff.trace.shards import ShardReader, ShardWriter, stored_form
from padiff.trace.writer import digest

NAMES = [
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128", "bfloat16"),
    *("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float4_e2m1fn"),
]
SHAPES = [(), (0,), (3,), (2, 0, 5), (2, 3, 4), (1,) * 63]


def values(name: str, shape: tuple[int, ...]) -> Array:
    """Any bits, NaNs with payloads among them."""
    dtype = named_dtype(name)
    assert dtype is not None
    if name.startswith("float4"):
        return np.random.default_rng(0).integers(0, 16, shape, np.uint8).view(dtype)
    return random_bits(shape, dtype)


def written(folder: Path, arrays: list[Array], size: int = 1 << 20) -> list[TensorEntry]:
    writer = ShardWriter(folder, size)
    entries = [
        TensorEntry(array.shape, array.dtype.name, *writer.put(number, array))
        for number, array in enumerate(arrays)
    ]
    writer.flush()
    return entries


def test_a_tensor_in_another_order_is_copied_once(tmp_path: Path) -> None:
    array = np.ones((1000, 1000), np.float32).T
    writer = ShardWriter(tmp_path)
    tracemalloc.start()
    writer.put(0, array)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1.5 * array.nbytes


def read(folder: Path, entries: list[TensorEntry]) -> list[Array]:
    return [
        ShardReader(folder / entry.file, len(entries)).load(number, entry)
        for number, entry in enumerate(entries)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_dtype_and_shape_comes_back_bit_for_bit(tmp_path: Path, name: str) -> None:
    arrays = [values(name, shape) for shape in SHAPES]
    found = read(tmp_path, written(tmp_path, arrays))
    for array, again in zip(arrays, found, strict=True):
        assert (again.dtype, again.shape) == (array.dtype, array.shape)
        assert again.tobytes() == array.tobytes()
        assert not again.flags.writeable


STRIDES: dict[str, Any] = {
    "transposed": lambda a: a.T,
    "every second": lambda a: a[::2, ::2],
    "backwards": lambda a: a[::-1],
    "expanded": lambda a: np.broadcast_to(a[:1], a.shape),
    "Fortran's": np.asfortranarray,
}


@pytest.mark.parametrize("how", STRIDES)
@pytest.mark.parametrize("name", ["float32", "complex64", "bfloat16"])
def test_strides_do_not_matter(tmp_path: Path, name: str, how: str) -> None:
    array = STRIDES[how](values(name, (4, 6)))
    (found,) = read(tmp_path, written(tmp_path, [array]))
    assert found.tobytes() == array.tobytes()  # in C order both
    assert digest(array) == digest(found) == digest(np.array(array, order="C"))


def test_a_view_is_stored_without_a_copy_before_the_copy() -> None:
    array = np.ones((3, 4), np.float32)
    assert stored_form(array) is array
    assert np.shares_memory(stored_form(array.view(np.complex64)), array)
    assert np.shares_memory(stored_form(array.view(ml_dtypes.bfloat16)), array)


def test_what_is_written_afterwards_is_not_stored(tmp_path: Path) -> None:
    array = np.zeros(3, np.float32)
    writer = ShardWriter(tmp_path)
    entry = TensorEntry(array.shape, array.dtype.name, *writer.put(0, array))
    array[:] = 7
    writer.flush()
    assert not read(tmp_path, [entry])[0].any()


def test_a_file_is_written_once_it_is_full(tmp_path: Path) -> None:
    arrays = [np.full(n, n, np.uint8) for n in (60, 60, 200, 0, 10, 10)]
    entries = written(tmp_path, arrays, size=100)
    files = [entry.file.removeprefix("tensors-").partition(".")[0] for entry in entries]
    assert files == ["00000", "00000", "00001", "00002", "00002", "00002"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({e.file for e in entries})
    for array, found in zip(arrays, read(tmp_path, entries), strict=True):
        assert np.array_equal(array, found)


def test_nothing_is_written_of_nothing(tmp_path: Path) -> None:
    ShardWriter(tmp_path).flush()
    assert list(tmp_path.iterdir()) == []


def test_the_files_are_safetensors(tmp_path: Path) -> None:
    complex_, brain = values("complex64", (2, 3)), values("bfloat16", (4,))
    (file,) = {entry.file for entry in written(tmp_path, [complex_, brain])}
    found = load_file(tmp_path / file)
    assert found["0"].dtype == np.float32
    assert found["0"].tobytes() == complex_.tobytes()
    assert (found["0"].shape, found["1"].shape) == ((2, 3, 2), (4,))
    assert found["1"].tobytes() == brain.tobytes()


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "shape": ({"shape": (3, 2)}, "got:      tensor 0 as F32 (2, 3)\n  expected: F32 (3, 2)"),
    "dtype": ({"dtype": "int32"}, "got:      tensor 0 as F32 (2, 3)\n  expected: I32 (2, 3)"),
    "parts": (
        {"dtype": "complex64"},
        "got:      tensor 0 as F32 (2, 3)\n  expected: F32 (2, 3, 2)",
    ),
    "checksum": ({"checksum": 1}, "got:      tensor 0 with other values than were written"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_the_index_says_and_the_file_does_not(tmp_path: Path, what: str) -> None:
    fields, message = WRONG[what]
    (entry,) = written(tmp_path, [np.ones((2, 3), np.float32)])
    known = {name: getattr(entry, name) for name in ("shape", "dtype", "file", "checksum")}
    reader = ShardReader(tmp_path / entry.file, 1)
    with pytest.raises(TraceError) as caught:
        reader.load(0, TensorEntry(**{**known, **fields}))
    assert str(caught.value) == (
        "A file of the trace is damaged.\n"
        f"  where:    {tmp_path / entry.file}\n"
        f"  {message}\n"
        "  hint:     record it again"
    )
    with pytest.raises(TraceError, match="got:      no tensor 1"):
        reader.check(1, entry)


@given(st.data())
def test_a_header_that_leads_elsewhere(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("shard")
    (entry,) = written(folder, [np.ones(4, np.float32)])
    first = data.draw(st.integers(-(1 << 70), 1 << 70))
    last = data.draw(st.sampled_from([first + 16, first, first - 16]) | st.integers(-20, 40))
    header = f'{{"0":{{"dtype":"F32","shape":[4],"data_offsets":[{first},{last}]}}}}'.encode()
    body = len(header).to_bytes(8, "little") + header + np.ones(4, np.float32).tobytes()
    (folder / entry.file).write_bytes(body)
    reader = ShardReader(folder / entry.file, 1)
    if (first, last) == (0, 16):
        assert np.array_equal(reader.load(0, entry), np.ones(4))
    else:
        with pytest.raises(TraceError, match="A file of the trace is damaged"):
            reader.check(0, entry)
