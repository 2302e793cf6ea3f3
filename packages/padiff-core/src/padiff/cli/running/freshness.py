"""Telling a trace that was just recorded from one of an earlier run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from padiff.errors import CommandError
from padiff.trace.codec import INDEX_NAME
from padiff.trace.folder import RANK, STEP, parts
from padiff.trace.gathering import traces_at

__all__ = ["Stamps", "check_fresh", "stamps"]

Stamps: TypeAlias = Mapping[Path, tuple[int, int, int]]
"""What tells the trace at a path from any that takes its place."""


def stamps(path: Path) -> Stamps:
    """Those of all traces at a path."""
    within = parts(path, RANK) or parts(path, STEP)
    if not (path / INDEX_NAME).exists():
        return {at: stamp for part in within for at, stamp in stamps(part).items()}
    found = (path / INDEX_NAME).stat()
    return {path: (found.st_dev, found.st_ino, found.st_mtime_ns)}


def check_fresh(side: str, path: Path, before: Stamps) -> None:
    """See that a command has recorded, and that all there is at its path is of this run.

    Args:
        side: Whose command it was.
        path: Where it was to record to.
        before: What `stamps` said before it ran.

    Raises:
        CommandError: If there is no trace, or one of an earlier run.
        TraceError: If a rank's recording was cut off.
    """
    traces_at(path)
    now = stamps(path)
    stale = [at for at, stamp in now.items() if before.get(at) == stamp]
    if now and not stale:
        return
    if len(stale) < len(now):
        raise CommandError(
            f"Of the traces at {side}'s path, some are of an earlier run.",
            where=str(path),
            got=", ".join(str(at.relative_to(path)) for at in stale),
            expected="those that the command has recorded, and no others",
            hint="delete the folder, then run again",
        )
    raise CommandError(
        f"The command of {side} ended well, and recorded nothing.",
        where=str(path),
        got="the trace of an earlier run, which is as it was" if stale else "no trace",
        expected="a trace",
        hint="in the command: with padiff.record(model): ..., without a path, or with this one",
    )
