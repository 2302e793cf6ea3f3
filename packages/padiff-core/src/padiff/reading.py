"""Reading files that users name."""

from __future__ import annotations

from pathlib import Path

from padiff.errors import FileError

__all__ = ["read_file"]


def read_file(path: Path) -> bytes:
    """All bytes of a file.

    Raises:
        FileError: If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(
            "A file could not be read.", where=str(path), got=error.strerror or str(error)
        ) from error
