"""Where commands write: what they were asked for on standard output, all else on standard error."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console
from rich.text import Text

__all__ = ["errors", "output", "say_written"]


class _Stream(Console):
    """A standard stream. Text is taken as it is, and that nobody reads on changes no outcome."""

    def __init__(self, *, stderr: bool) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Write no more; rich would end the process with the status of a verdict."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)


def output() -> Console:
    """Standard output as it is now."""
    return _Stream(stderr=False)


def errors() -> Console:
    """Standard error as it is now."""
    return _Stream(stderr=True)


def say_written(path: Path) -> None:
    """Say on standard error that there is a file to edit."""
    errors().print(Text(f"Wrote {path}."), soft_wrap=True)
