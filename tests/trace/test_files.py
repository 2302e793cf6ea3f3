"""What stands where a file of a trace should: links, pipes, devices, folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from padiff.errors import TraceError
from padiff.trace.files import read_bytes
from padiff.trace.folder import is_trace
from padiff.trace.trace import Trace
from tests.trace.folders import rewritten, write_rich

NAMES = ["index.json", "tensors-00000.safetensors"]


def as_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def as_endless(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("make", "got"),
    [(as_link, "a link"), (as_endless, "a link"), (as_pipe, "no file"), (as_folder, "no file")],
)
def test_only_plain_files_are_read(tmp_path: Path, make: Any, name: str, got: str) -> None:
    path = write_rich(tmp_path / "t")
    make(path / name)
    with pytest.raises(TraceError) as caught:
        Trace(path)
    assert str(caught.value) == (
        "A file of the trace is missing.\n"
        f"  where:    {path / name}\n"
        f"  got:      {got}\n"
        "  expected: a plain file"
    )
    assert not (name == "index.json" and is_trace(path))


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    path = write_rich(tmp_path / "t")
    (path / NAMES[1]).unlink()
    with pytest.raises(TraceError) as caught:
        Trace(path)
    assert str(caught.value) == (
        f"A file of the trace is missing.\n  where:    {path / NAMES[1]}\n  expected: a plain file"
    )


@pytest.mark.parametrize(
    "name",
    [
        "../secret.safetensors",
        "/etc/passwd",
        "tensors-00000.safetensors\n",
        "tensors-00000.safetensors\0",
        "x/../tensors-00000.safetensors",
        "tensors-0.safetensors",
        "index.json",
        "tensors-\u0660\u0660\u0660\u0660\u0660.safetensors",
    ],
)
def test_no_other_name_is_read(tmp_path: Path, name: str) -> None:
    path = write_rich(tmp_path / "t")
    rewritten(path, lambda index: index["tensors"][0].update(file=name))
    with pytest.raises(TraceError, match=r"The index of a trace cannot be read\.") as caught:
        Trace(path)
    assert caught.value.got.endswith(".file`")


def fail(*_: object, **__: object) -> Any:
    raise PermissionError(13, "Permission denied")


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_rich(tmp_path / "t")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", fail)
        with pytest.raises(TraceError) as caught:
            Trace(path)
    assert str(caught.value) == (
        "A file of the trace cannot be read.\n"
        f"  where:    {path / 'index.json'}\n"
        "  got:      Permission denied"
    )
    with monkeypatch.context() as patched:
        patched.setattr(Path, "exists", fail)
        with pytest.raises(TraceError) as caught:
            Trace(path)
    assert str(caught.value) == (
        f"A trace cannot be read.\n  where:    {path}\n  got:      Permission denied"
    )


def test_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_bytes(tmp_path / "file", 3) == b"123"
    assert read_bytes(tmp_path / "file", 1 << 40) == b"12345"


def test_the_header_of_a_file_is_no_longer_than_its_tensors_need(tmp_path: Path) -> None:
    path = write_rich(tmp_path / "t")
    file = path / NAMES[1]
    data = file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    for claimed in (len(data), 1 << 62, (1 << 64) - 1):
        file.write_bytes(claimed.to_bytes(8, "little") + data[8:])
        with pytest.raises(TraceError, match="A file of the trace is damaged"):
            Trace(path)
    padded = data[8 : 8 + length] + b" " * (4096 * 100)
    file.write_bytes(len(padded).to_bytes(8, "little") + padded + data[8 + length :])
    with pytest.raises(TraceError) as caught:
        Trace(path)
    assert caught.value.got == f"a header of {len(padded):,} bytes"
