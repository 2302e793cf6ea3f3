"""Where a trace is written: beside its place, which it takes when it is whole, and only from a trace."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from padiff.errors import TraceError
from padiff.trace import folder
from padiff.trace.folder import Draft
from padiff.trace.trace import Trace
from padiff.trace.writer import TraceWriter
from tests.cli.traces import Net, write_trace
from tests.trace.folders import contents


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def test_what_is_written_is_all_there_is(tmp_path: Path) -> None:
    write_trace(tmp_path / "deep" / "down" / "t")
    assert names(tmp_path / "deep" / "down") == ["t"]
    assert names(tmp_path / "deep" / "down" / "t") == ["index.json", "tensors-00000.safetensors"]


def test_a_trace_takes_the_place_of_another_as_a_whole(tmp_path: Path) -> None:
    write_trace(tmp_path / "t", Net(steps=3))
    (tmp_path / "t" / "tensors-00001.safetensors").touch()
    write_trace(tmp_path / "t")
    assert names(tmp_path) == ["t"]
    assert names(tmp_path / "t") == ["index.json", "tensors-00000.safetensors"]
    assert len(Trace(tmp_path / "t").steps) == 1


def test_until_it_is_whole_the_old_one_is_there(tmp_path: Path) -> None:
    before = contents(Trace(write_trace(tmp_path / "t")))
    writer = TraceWriter(tmp_path / "t", "full")
    writer.put(np.ones(3))
    assert all(map(np.array_equal, contents(Trace(tmp_path / "t")), before))
    writer.discard()
    assert names(tmp_path) == ["t"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    assert len(Trace(write_trace(tmp_path / "t")).steps) == 1


def make_file(path: Path) -> None:
    path.write_text("mine")


def make_folder(path: Path) -> None:
    path.mkdir()
    (path / "notes.txt").write_text("mine")


def make_trace_with_more(path: Path) -> None:
    write_trace(path)
    for name in "fedcba":
        (path / name).touch()


def make_shards_alone(path: Path) -> None:
    path.mkdir()
    (path / "tensors-00000.safetensors").touch()


def make_other_index(path: Path) -> None:
    path.mkdir()
    (path / "index.json").write_text('{"format": "something else"}')


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (make_file, "a file"),
        (make_folder, "a folder with notes.txt"),
        (make_trace_with_more, "a folder with a, b, c, d, e"),
        (make_shards_alone, "a folder with no trace in it"),
        (make_other_index, "a folder with no trace in it"),
    ],
)
def test_nothing_but_a_trace_is_replaced(tmp_path: Path, make: Any, got: str) -> None:
    make(tmp_path / "t")
    before = {entry: entry.stat() for entry in sorted(tmp_path.rglob("*"))}
    with pytest.raises(TraceError) as caught:
        TraceWriter(tmp_path / "t", "full")
    assert str(caught.value) == (
        "A trace would take the place of something else.\n"
        f"  where:    {tmp_path / 't'}\n"
        f"  got:      {got}\n"
        "  expected: a trace, an empty folder, or nothing there\n"
        "  hint:     choose another path"
    )
    assert {entry: entry.stat() for entry in sorted(tmp_path.rglob("*"))} == before


def test_what_came_meanwhile_is_not_replaced_either(tmp_path: Path) -> None:
    draft = Draft(tmp_path / "t")
    make_folder(tmp_path / "t")
    with pytest.raises(TraceError, match="take the place of something else"):
        draft.publish()
    assert names(tmp_path / "t") == ["notes.txt"]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    write_trace(tmp_path / "elsewhere" / "real", Net(steps=2))
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere" / "real")
    write_trace(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert names(tmp_path / "elsewhere") == ["real"]
    assert len(Trace(tmp_path / "elsewhere" / "real").steps) == 1
    (tmp_path / "dangling").symlink_to(tmp_path / "new")
    write_trace(tmp_path / "dangling")
    assert names(tmp_path / "new") == ["index.json", "tensors-00000.safetensors"]


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write_trace(Path("t"))
    monkeypatch.chdir(tmp_path)
    assert len(Trace("here/t").steps) == 1


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077])
def test_permissions_are_those_of_what_one_makes_oneself(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write_trace(tmp_path / "t")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "t").stat().st_mode) == 0o777 & ~mask
    for entry in (tmp_path / "t").iterdir():
        assert stat.S_IMODE(entry.stat().st_mode) == 0o666 & ~mask


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TraceError) as caught:
        TraceWriter(tmp_path / "file" / "t", "full")
    assert str(caught.value) == (
        "The folder for a trace cannot be made.\n"
        f"  where:    {tmp_path / 'file' / 't'}\n"
        "  got:      File exists"
    )
    with pytest.raises(TraceError, match="cannot be made"):
        TraceWriter(tmp_path / "a\0b", "full")


def fail(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_disk_that_is_full_at_the_end_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_trace(tmp_path / "t", Net(steps=3))
    for name, what in (
        ("padiff.trace.writer.Path.write_bytes", "A trace cannot be written."),
        ("padiff.trace.folder.os.fsync", "The trace cannot be put in its place."),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(name, fail)
            with pytest.raises(TraceError) as caught:
                write_trace(tmp_path / "t")
        assert (caught.value.what, caught.value.got) == (what, "No space left on device")
        assert len(Trace(tmp_path / "t").steps) == 3


def test_a_move_that_fails_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_trace(tmp_path / "t", Net(steps=3))
    rename, calls = Path.rename, [0]

    def second_fails(self: Path, target: Path) -> Path:
        calls[0] += 1
        if calls[0] == 2:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises(TraceError) as caught:
        write_trace(tmp_path / "t")
    assert str(caught.value) == (
        "The trace cannot be put in its place.\n"
        f"  where:    {tmp_path / 't'}\n"
        "  got:      Input/output error"
    )
    assert len(Trace(tmp_path / "t").steps) == 3


def test_all_that_is_written_is_synced_and_the_folder_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(folder, "_sync", synced.append)
    write_trace(tmp_path / "t")
    *within, draft, around = synced
    assert {path.parent for path in within} == {draft}
    assert {path.name for path in within} == {path.name for path in (tmp_path / "t").iterdir()}
    assert (draft.parent, around) == (tmp_path, tmp_path)


def test_folders_are_not_opened_where_no_folder_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_ = os.open

    def files_alone(path: Any, *args: Any, **kwargs: Any) -> int:
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied")
        return open_(path, *args, **kwargs)

    monkeypatch.setattr(folder, "_SYNCS_FOLDERS", False)
    monkeypatch.setattr(os, "open", files_alone)
    write_trace(tmp_path / "t")
    monkeypatch.undo()
    assert len(Trace(tmp_path / "t").steps) == 1
