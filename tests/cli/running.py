"""Running the command in this process, on a screen of a stated width."""

from __future__ import annotations

from typing import Any, NamedTuple

from typer.testing import CliRunner

from padiff.cli import app

__all__ = ["Done", "padiff"]

_SCREEN = {"COLUMNS": "100", "NO_COLOR": "1", "FORCE_COLOR": None, "TTY_COMPATIBLE": None}


class Done(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Of standard output, without what tables leave at their ends."""
        return [line.rstrip() for line in self.out.splitlines()]


def padiff(*arguments: Any) -> Done:
    """Run `padiff` with these arguments."""
    done = CliRunner().invoke(app, list(map(str, arguments)), env=_SCREEN)
    return Done(done.exit_code, done.stdout, done.stderr)
