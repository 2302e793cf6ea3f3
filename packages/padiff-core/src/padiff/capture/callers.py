"""The line of the user's code from which a module was called."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["calling_line", "package_folders"]


def calling_line(skipped: tuple[str, ...]) -> str:
    """The innermost line, as `file:line`, that lies in none of these folders; the outermost if all do."""
    frame = sys._getframe(1)  # noqa: SLF001 - the documented way to look at one's callers
    while frame.f_back and frame.f_code.co_filename.startswith(skipped):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def package_folders(*names: str) -> tuple[str, ...]:
    """The folders of packages, as far as they are imported."""
    files = (getattr(sys.modules.get(name), "__file__", None) for name in names)
    return tuple(f"{Path(file).parent}{os.sep}" for file in files if file)
