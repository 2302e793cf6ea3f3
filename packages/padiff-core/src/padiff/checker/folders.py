"""The dumps in two folders, side by side: of each step, of each rank."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from padiff.errors import TraceError, UsageError
from padiff.report.wording import listed
from padiff.trace.codec import INDEX_NAME
from padiff.trace.folder import STEP
from padiff.trace.gathering import traces_at

__all__ = ["Dumped", "Paths", "find_trace", "side_by_side"]

Paths: TypeAlias = tuple[Path, Path]


@dataclass(frozen=True, slots=True)
class Dumped:
    """What two models dumped in one step, one rank of each."""

    place: str
    """Where it is on either side: `"step_2/rank_0"`; empty for the two folders themselves."""
    paths: Paths

    @property
    def step(self) -> str:
        """The step it belongs to; empty if it is not told."""
        return next((part for part in self.place.split("/") if STEP.fullmatch(part)), "")


def side_by_side(path_0: str | os.PathLike[str], path_1: str | os.PathLike[str]) -> list[Dumped]:
    """Everything there is to compare, step by step.

    Raises:
        TraceError: If the two sides do not have the same steps and ranks, or one was cut off.
        UsageError: If the two are one folder.
    """
    paths = Path(path_0), Path(path_1)
    if paths[0].resolve() == paths[1].resolve():
        raise UsageError(
            "A dump would be compared with itself.",
            where=str(paths[0]),
            expected="the folders of two models",
            hint="give the models names of their own: create_model(model, name=...)",
        )
    base, raw = (traces_at(path) for path in paths)
    if base.keys() != raw.keys():
        raise TraceError(
            "The two sides did not dump the same steps and ranks.",
            where=f"{paths[0]} and {paths[1]}",
            got="\n".join(_alone(base.keys(), raw.keys())),
            expected="the same on both sides",
        )
    return [Dumped(place, (path, raw[place])) for place, path in base.items()]


def _alone(base: AbstractSet[str], raw: AbstractSet[str]) -> Iterator[str]:
    for only, side in ((base - raw, "first"), (raw - base, "second")):
        if only:
            yield f"only on the {side}: {listed(sorted(place or 'a single dump' for place in only))}"


def find_trace(folder: Path, kinds: Sequence[str], what: str) -> Path:
    """The trace of one of these kinds in a dump; a folder that is a trace itself serves too.

    Raises:
        TraceError: If there is none.
    """
    for path in (*(folder / kind for kind in kinds), folder):
        if (path / INDEX_NAME).is_file():
            return path
    there = sorted(e.name for e in folder.iterdir()) if folder.is_dir() else []
    raise TraceError(
        f"There is no dump of {what} here.",
        where=str(folder),
        got=", ".join(there[:8]) or ("an empty folder" if folder.is_dir() else "nothing"),
        expected=" or ".join(f"a trace in {kind}" for kind in kinds),
    )
