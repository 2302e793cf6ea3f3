"""Python code in a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path


def run(interpreter: Path, *arguments: str) -> str:
    """Run `python ARGUMENTS` and return what it printed; its traceback is the message if it fails.

    Isolated (`-I`): neither the current folder nor PYTHONPATH may bring in what is not installed.
    """
    command = [str(interpreter), "-I", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
