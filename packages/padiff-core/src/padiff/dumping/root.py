"""Where dumps go if nobody says where: a folder beside the script that runs."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

from padiff.errors import UsageError

__all__ = ["dump_folder", "get_dump_root_path", "set_dump_root_path"]

_FOLDER = "padiff_dump"
_chosen: list[str] = []
"""What `set_dump_root_path` was told; empty before."""


def set_dump_root_path(path: str | os.PathLike[str]) -> None:
    """Choose the folder in which models made from now on dump, each in a folder of its name.

    Args:
        path: The folder. It is made when something is dumped.

    Raises:
        UsageError: If it is no path.
    """
    given: object = path
    if not isinstance(given, (str, os.PathLike)) or not os.fspath(given):
        raise UsageError(
            "The dump root is no path.", got=repr(path), expected="the path of a folder"
        )
    _chosen[:] = [os.fspath(path)]


def get_dump_root_path() -> str:
    """The folder that was chosen, or `padiff_dump` beside the script that runs.

    Where no script runs (at a prompt, in a notebook, under `python -m`, in an installed command), it
    is in the working directory.
    """
    if _chosen:
        return _chosen[0]
    return str((_script_folder() or Path.cwd()) / _FOLDER)


def dump_folder(name: str) -> str:
    """The folder for the dumps of a model of this name."""
    return str(Path(get_dump_root_path()) / name)


def _script_folder() -> Path | None:
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    if not file or getattr(main, "__spec__", None) is not None:
        return None
    script = Path(file).resolve()
    installed = script.parent == Path(sysconfig.get_path("scripts")).resolve()
    return script.parent if script.is_file() and not installed else None
