"""The examples as their users run them: scripts, in a process of their own or in this one."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Final

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"


def run(name: str, *arguments: str, width: int) -> str:
    """Run an example in a terminal of this width; what it printed, if it ended well and in silence."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name / "main.py"), *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": str(width), "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@contextmanager
def imported(name: str) -> Iterator[ModuleType]:
    """The example's `demo` module, imported as its `main.py` does, and forgotten afterwards."""
    folder = EXAMPLES / name
    siblings = {path.stem for path in folder.glob("*.py")}
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("demo")
    finally:
        sys.path.remove(str(folder))
        for sibling in siblings:
            sys.modules.pop(sibling, None)
