"""The files of a trace, of which no name and no size is taken on trust."""

from __future__ import annotations

import os
from io import BufferedReader
from pathlib import Path

from padiff.errors import TraceError

__all__ = ["open_plain", "read_bytes", "reason"]


def open_plain(path: Path) -> BufferedReader:
    """Open a file of a trace for reading. A link may lead anywhere, and a pipe may never end.

    Raises:
        TraceError: If it is no plain file, or cannot be read.
    """
    try:
        if path.is_symlink() or not path.is_file():
            raise TraceError(
                "A file of the trace is missing.",
                where=str(path),
                got="a link" if path.is_symlink() else "no file" if path.exists() else "",
                expected="a plain file",
            )
        return path.open("rb")
    except OSError as error:
        raise TraceError(
            "A file of the trace cannot be read.", where=str(path), got=reason(error)
        ) from error


def read_bytes(path: Path, most: int) -> bytes:
    """The first bytes of a file of a trace.

    Raises:
        TraceError: See `open_plain`.
    """
    with open_plain(path) as file:
        try:
            return file.read(min(most, os.fstat(file.fileno()).st_size))
        except OSError as error:
            raise TraceError(
                "A file of the trace cannot be read.", where=str(path), got=reason(error)
            ) from error


def reason(error: Exception) -> str:
    """What an error says of its reason, without the path it repeats."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
