"""Reading the file of `padiff run`, and seeing that its commands can be started at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from padiff.cli.running.config import Command, Config, parse_config
from padiff.errors import FileError
from padiff.files.toml import read_toml

__all__ = ["check_startable", "read_config"]


def read_config(path: Path) -> Config:
    """The file at a path.

    Raises:
        FileError: If it cannot be read, or is not as it should be.
    """
    data = read_toml(path)
    try:
        return parse_config(data, path.resolve().parent)
    except FileError as error:
        error.where = f"{path}, {error.where}" if error.where else str(path)
        raise


def check_startable(command: Command) -> None:
    """See that a command's program and folder are there, before any other has run for hours.

    Raises:
        FileError: If not.
    """
    if not command.cwd.is_dir():
        raise FileError(
            f"The folder {command.side}'s command is to run in is not there.",
            where=f"{command.side}.cwd",
            got=str(command.cwd),
        )
    program = command.arguments[0]
    search = command.env.get("PATH", os.environ.get("PATH"))
    found = shutil.which(command.cwd / program if os.sep in program else program, path=search)
    if found is None:
        raise FileError(
            f"The program of {command.side}'s command is not there.",
            where=f"{command.side}.command",
            got=program,
            expected="a program that can be run"
            + ("" if os.sep in program else f", in one of {search}"),
        )
