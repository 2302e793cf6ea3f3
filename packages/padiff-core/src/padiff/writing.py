"""Writing files that are whole or not there."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from padiff.errors import FileError

__all__ = ["check_folder", "check_new", "permitted", "write_text"]


def check_folder(path: Path) -> None:
    """See that a file can be written here, as far as that shows beforehand.

    Raises:
        FileError: If the folder is not there, or the path is one itself.
    """
    if path.is_dir():
        raise FileError("A file would take the place of a folder.", where=str(path))
    if not path.parent.is_dir():
        raise FileError(
            "The folder for a file is not there.",
            where=str(path),
            got="a file" if path.parent.exists() else "nothing",
            expected=f"the folder {path.parent}",
            hint=f"mkdir -p {path.parent}",
        )


def check_new(path: Path) -> None:
    """See that nothing is there: a file people edit is not written over.

    Raises:
        FileError: If something is.
    """
    if path.exists():
        raise FileError(
            "A file is there already.",
            where=str(path),
            hint="choose another name, or pass --force",
        )


def write_text(path: Path, text: str) -> None:
    """Write a file as UTF-8. What was there is replaced when all of the new file is on the disk.

    A link is followed. What is no regular file (a pipe, a terminal) is written as it stands.

    Raises:
        FileError: If it cannot be written; what was there is as before.
    """
    check_folder(path)
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, "utf-8")
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        raise FileError(
            "A file could not be written.", where=str(path), got=error.strerror or str(error)
        ) from error


def _replace(path: Path, text: str) -> None:
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else permitted(0o666)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def permitted(mode: int) -> int:
    """What is left of a mode by the process's umask: temporary files are their maker's alone."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mode & ~mask
