"""Importing frameworks, each in a process of its own, which may crash."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import permutations

from padiff.cli.diagnosis.finding import Finding
from padiff.cli.stopping import signal_name

__all__ = ["import_findings"]

_LONGEST = 600
"""Seconds; an import that takes longer hangs."""


def import_findings(packages: Sequence[str]) -> Iterator[Finding]:
    """Import each of some packages, and every two of them together, in both orders."""
    for package in packages:
        yield _try(f"import {package}")
    for first, second in permutations(packages, 2):
        yield _try(f"import {first}, {second}")


def _try(code: str) -> Finding:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, and names of plugins
            [sys.executable, "-c", code],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_LONGEST,
        )
    except subprocess.TimeoutExpired:
        return Finding(code, "hangs", "wrong", f"it did not return within {_LONGEST} s")
    if done.returncode < 0:
        name = signal_name(-done.returncode)
        return Finding(code, f"crashes: {name}", "wrong", _last_line(done.stderr))
    if done.returncode:
        return Finding(code, "fails", "wrong", _last_line(done.stderr))
    return Finding(code, "works")


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else ""
