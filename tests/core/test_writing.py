"""A file is written whole, or what was there stays."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from padiff.errors import FileError
from padiff.writing import check_folder, write_text


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_file_is_written_and_nothing_beside_it(tmp_path: Path) -> None:
    write_text(tmp_path / "a.md", "größer\n")
    assert (tmp_path / "a.md").read_bytes() == "größer\n".encode()
    assert names(tmp_path) == ["a.md"]


def test_a_new_file_has_the_mode_that_any_has(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "a.md", "")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == 0o640


def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("before")
    path.chmod(0o604)
    write_text(path, "after")
    assert path.read_text() == "after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("before")
    (tmp_path / "link.md").symlink_to("there.md")
    write_text(tmp_path / "link.md", "after")
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "there.md").read_text() == "after"


def test_what_is_no_regular_file_is_written_as_it_stands() -> None:
    write_text(Path(os.devnull), "gone")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_what_fails_on_its_way_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "a.md"
    path.write_text("before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError) as failure:
        write_text(path, "after")
    assert str(failure.value) == (
        f"A file could not be written.\n  where:    {path}\n  got:      No space left on device"
    )
    assert path.read_text() == "before"
    assert names(tmp_path) == ["a.md"]


@pytest.mark.parametrize("write", [check_folder, lambda path: write_text(path, "")])
def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, write: object) -> None:
    assert callable(write)
    path = tmp_path / "out" / "a.md"
    with pytest.raises(FileError) as refusal:
        write(path)
    assert str(refusal.value) == (
        "The folder for a file is not there.\n"
        f"  where:    {path}\n"
        "  got:      nothing\n"
        f"  expected: the folder {tmp_path / 'out'}\n"
        f"  hint:     mkdir -p {tmp_path / 'out'}"
    )


def test_a_file_takes_no_folders_place(tmp_path: Path) -> None:
    with pytest.raises(FileError) as refusal:
        check_folder(tmp_path)
    assert str(refusal.value) == (
        f"A file would take the place of a folder.\n  where:    {tmp_path}"
    )


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(FileError) as refusal:
        check_folder(tmp_path / "out" / "a.md")
    assert refusal.value.got == "a file"
