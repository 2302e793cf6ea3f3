"""A trace as a folder: written beside its place, and moved there when it is whole."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from padiff.errors import TraceError, UsageError
from padiff.trace.codec import INDEX_NAME, is_index
from padiff.trace.files import reason

__all__ = [
    "PATH_VARIABLE",
    "RANK",
    "STEP",
    "Draft",
    "current_rank",
    "default_path",
    "drafts",
    "is_trace",
    "launched",
    "left_over",
    "parts",
]

PATH_VARIABLE = "PADIFF_TRACE"
"""The environment variable that says where to record to."""

RANK = re.compile(r"rank_([0-9]+)")
STEP = re.compile(r"step_([0-9]+)")
_OURS = re.compile(rf"{re.escape(INDEX_NAME)}|tensors-[0-9]{{5}}\.safetensors")
_DRAFT = ".recording-"
_OLD = ".old"
_SYNCS_FOLDERS = os.name != "nt"
"""Windows opens no folders."""
_WORLDS = (("RANK", "WORLD_SIZE"), ("PADDLE_TRAINER_ID", "PADDLE_TRAINERS_NUM"))
"""Environment variables in which torch's and paddle's launchers say who a process is, of how many."""


def is_trace(path: Path) -> bool:
    """Whether a folder is a trace and nothing else: only then may another take its place."""
    names = [entry.name for entry in path.iterdir()] if path.is_dir() else []
    return is_index(path / INDEX_NAME) and all(map(_OURS.fullmatch, names))


def parts(path: Path, pattern: re.Pattern[str]) -> list[Path]:
    """The folders within `path` that are named like `pattern`, by number; empty if there are others."""
    found = list(path.iterdir()) if path.is_dir() else []
    numbers = {entry: pattern.fullmatch(entry.name) for entry in found if not _is_draft(entry)}
    ordered = sorted((int(m[1]), entry) for entry, m in numbers.items() if m and entry.is_dir())
    return [entry for _, entry in ordered] if len(ordered) == len(numbers) else []


def left_over(path: Path) -> list[Path]:
    """What recordings to `path` left beside it: they were cut off, or are still under way."""
    path = _real(path)
    above = path.parent
    if not above.is_dir():
        return []
    return sorted(e for e in above.iterdir() if e.name.startswith(f".{path.name}{_DRAFT}"))


def drafts(path: Path) -> dict[str, Path]:
    """Recordings in a folder that did not come to their end, by the name each trace was to have."""
    found = sorted(entry for entry in path.iterdir() if _is_draft(entry))
    return {entry.name[1:].rpartition(_DRAFT)[0]: entry for entry in found}


def _is_draft(path: Path) -> bool:
    return path.name.startswith(".") and _DRAFT in path.name


def launched(environment: Mapping[str, str] = os.environ) -> tuple[int, int] | None:
    """Which of several processes this is, and of how many; None if it is the only one."""
    for rank, size in _WORLDS:
        given, world = environment.get(rank, ""), environment.get(size, "")
        if given.isdecimal() and world.isdecimal() and int(world) > 1:
            return int(given), int(world)
    return None


def current_rank(environment: Mapping[str, str] = os.environ) -> int | None:
    """Which of several processes this is; None if it is the only one."""
    found = launched(environment)
    return found[0] if found else None


def default_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where to record to if nobody says.

    Raises:
        UsageError: If the environment does not say either.
    """
    given = environment.get(PATH_VARIABLE, "")
    if not given:
        raise UsageError(
            "record was not told where to record to.",
            got=f"no path, and no {PATH_VARIABLE} in the environment",
            expected="one of the two",
            hint=f"pass a path; padiff run sets {PATH_VARIABLE} for the commands it starts",
        )
    return Path(given)


def _real(path: Path) -> Path:
    """Where a path leads: of a link, the folder it points to is replaced, and the link stays."""
    return Path(os.path.realpath(path))


class Draft:
    """A folder in the making.

    Args:
        path: Where the trace is to be. What is there now stays until the new one is whole.
        rank: The number of a process among several, each of which has its own folder in `path`.
        ranks: How many processes there are, where that is known.

    Raises:
        TraceError: If something else than a trace is there, or traces of more processes, or the folder
            cannot be made.
    """

    def __init__(self, path: Path, rank: int | None = None, ranks: int | None = None) -> None:
        try:
            self.path = _real(path) if rank is None else _real(path) / f"rank_{rank}"
            if rank is not None:
                _check_shared(self.path.parent)
            if ranks is not None:
                _check_ranks(self.path.parent, ranks)
            _check_free(self.path)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.folder = self._made()
        except (OSError, ValueError) as error:  # ValueError: a path that can be none
            if isinstance(error, TraceError):
                raise
            raise TraceError(
                "The folder for a trace cannot be made.", where=str(path), got=reason(error)
            ) from error

    def _made(self) -> Path:
        while True:
            folder = self._beside(secrets.token_hex(4))
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder

    def _beside(self, end: str) -> Path:
        return self.path.with_name(f".{self.path.name}{_DRAFT}{end}")

    def publish(self) -> None:
        """Put the folder in its place, for good.

        Raises:
            TraceError: If meanwhile something else is there, or the disk is full.
        """
        try:
            _check_free(self.path)
            for file in _files(self.folder):
                _sync(file)
            self._move()
            _sync(self.path.parent)
        except OSError as error:
            raise TraceError(
                "The trace cannot be put in its place.", where=str(self.path), got=reason(error)
            ) from error

    def _move(self) -> None:
        if not self.path.exists():
            self.folder.rename(self.path)
            return
        old = self.folder.with_name(f"{self.folder.name}{_OLD}")
        self.path.rename(old)
        try:
            self.folder.rename(self.path)
        except OSError:
            old.rename(self.path)
            raise
        shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _check_free(path: Path) -> None:
    if not path.exists() or is_trace(path) or (path.is_dir() and not any(path.iterdir())):
        return
    found = sorted(e.name for e in path.iterdir()) if path.is_dir() else []
    foreign = [name for name in found if not _OURS.fullmatch(name)]
    raise TraceError(
        "A trace would take the place of something else.",
        where=str(path),
        got=f"a folder with {', '.join(foreign[:5]) or 'no trace in it'}" if found else "a file",
        expected="a trace, an empty folder, or nothing there",
        hint="choose another path",
    )


def _check_shared(path: Path) -> None:
    if (path / INDEX_NAME).exists():
        raise TraceError(
            "The folders of several processes would come to stand in a trace.",
            where=str(path),
            got=f"a folder with {INDEX_NAME}",
            expected="a folder for the traces of all processes",
            hint="choose another path",
        )


def _check_ranks(path: Path, ranks: int) -> None:
    """See that no process of an earlier run left a trace that none of this one will replace."""
    found = [entry for entry in parts(path, RANK) if int(entry.name.removeprefix("rank_")) >= ranks]
    if found:
        raise TraceError(
            "The folder for the traces of all processes holds some of an earlier run of more.",
            where=str(path),
            got=", ".join(entry.name for entry in found),
            expected=f"none but rank_0 to rank_{ranks - 1}, as this run has {ranks} processes",
            hint="delete the folder, or choose another path",
        )


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.iterdir()
    yield folder


def _sync(path: Path) -> None:
    """See that it is on the disk, not in a cache: a trace that is there must be whole."""
    if path.is_dir() and not _SYNCS_FOLDERS:
        return
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
