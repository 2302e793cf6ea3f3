"""TOML files, read strictly and written so that they can be read again."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from padiff.errors import FileError
from padiff.plain import Plain
from padiff.reading import read_file

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["parsed", "quoted", "read_toml"]

T = TypeVar("T")


def read_toml(path: Path) -> Any:
    """The tables of a file.

    Raises:
        FileError: If it cannot be read, or is no TOML.
    """
    data = read_file(path)
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise FileError("A file is no TOML.", where=str(path), got=str(error)) from error


def parsed(path: Path, what: str, parse: Callable[[Plain], T]) -> T:
    """What a parser makes of a file.

    Args:
        path: The file.
        what: The first sentence of an error.
        parse: Called with the file's tables; its errors get the file's name in front of their place.

    Raises:
        FileError: If the file cannot be read, or the parser refuses it.
    """
    tables = Plain(read_toml(path), FileError, what, path="")
    try:
        return parse(tables)
    except FileError as error:
        error.where = f"{path}, {error.where}" if error.where else str(path)
        raise


def quoted(text: str) -> str:
    """A string as TOML writes it; JSON's strings are TOML's, but for the escape of DEL.

    Half a surrogate pair is no character, and no file can hold it: it becomes a question mark.
    """
    text = text.encode("utf-8", "replace").decode()
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
