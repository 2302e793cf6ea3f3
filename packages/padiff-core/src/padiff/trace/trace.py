"""A trace that was opened: the recorded model, and every tensor by its number."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from padiff.collector import collector_paused
from padiff.errors import TraceError
from padiff.model import LayerMap, ProxyModel
from padiff.trace.codec import INDEX_NAME, read_index
from padiff.trace.files import reason
from padiff.trace.folder import RANK, STEP, is_trace, left_over, parts
from padiff.trace.model import RecordedModule, TraceAdapter, make_module
from padiff.trace.recent import Recent
from padiff.trace.shards import ShardReader

if TYPE_CHECKING:
    from padiff.protocols import Array
    from padiff.trace.index import Index, StepEntry

__all__ = ["Trace"]

_KEPT = 32 << 20
"""Bytes of tensors that `Trace.keeping` keeps: of two traces, as much as a shard of a recording."""


class Trace:
    """A recorded run of one model, read from a folder `padiff.record` wrote.

    A trace is at a *moment*: `go_to` moves it through the run, and what its model's tensors and
    gradients are follows. Opening reads the index and the headers of the files beside it; values are
    read, and held against their checksums, when they are asked for.

    Args:
        path: The folder.

    Raises:
        TraceError: If there is no trace, or not a whole one, or what is there contradicts itself.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        _check_there(self.path)
        with collector_paused():
            self.index: Index = read_index(self.path / INDEX_NAME)
            counts = Counter(entry.file for entry in self.index.tensors if entry.file)
            self._shards = {file: ShardReader(self.path / file, n) for file, n in counts.items()}
            for number, entry in enumerate(self.index.tensors):
                if entry.file:
                    self._shards[entry.file].check(number, entry)
        self.state: Mapping[str, int] = self.index.initial
        """Tensors by key, as the model holds them at this moment."""
        self.gradients: Mapping[str, int] = {}
        self._recent: Recent | None = None

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.index.name

    @property
    def steps(self) -> Sequence[StepEntry]:
        """What was recorded, step by step."""
        return self.index.steps

    def __repr__(self) -> str:
        return f"Trace({str(self.path)!r}, {self.name}, {self.index.framework})"

    def tensor(self, number: int) -> Array:
        """The values of a tensor: a copy, read-only; within `keeping`, one that was handed out before.

        Raises:
            TraceError: If they are damaged, or were not kept.
        """
        known = None if self._recent is None else self._recent.get(number)
        if known is not None:
            return known
        entry = self.index.tensors[number]
        if not entry.file:
            raise TraceError(
                "The trace does not hold the values of its tensors.",
                where=str(self.path),
                got=f"level {self.index.level!r}",
                expected="level 'full'",
                hint="record it again without level=",
            )
        values = self._shards[entry.file].load(number, entry)
        if self._recent is not None:
            self._recent.put(number, values)
        return values

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Until the end of the block, hand out what was read a moment ago without reading it again.

        What was read before the block is read anew, and held against its checksum again.
        """
        before = self._recent
        self._recent = Recent(_KEPT)
        try:
            yield
        finally:
            self._recent = before

    def check_values(self) -> None:
        """Read all values, and hold them against their checksums; where none are kept, nothing.

        Raises:
            TraceError: At the first that is not what was written.
        """
        for number, entry in enumerate(self.index.tensors):
            if entry.file:
                self.tensor(number)

    @cached_property
    def children(self) -> Sequence[Sequence[int]]:
        """The places of the modules within each place."""
        found: list[list[int]] = [[] for _ in self.index.modules]
        for place, entry in enumerate(self.index.modules):
            if entry.parent >= 0:
                found[entry.parent].append(place)
        return found

    @cached_property
    def modules(self) -> Sequence[RecordedModule]:
        """What stands for the module at each place; the same object where it was the same module."""
        classes: dict[str, type] = {}
        made: list[RecordedModule] = []
        for place, entry in enumerate(self.index.modules):
            known = made[entry.same] if entry.same >= 0 else make_module(place, entry, classes)
            made.append(known)
        return made

    def first(self, place: int) -> int:
        """The place at which the module of this place stands first."""
        same = self.index.modules[place].same
        return place if same < 0 else same

    @cached_property
    def known(self) -> frozenset[str]:
        """Keys of the tensors whose values were recorded at some moment."""
        moments = [self.index.initial]
        for step in self.steps:
            moments += [step.before, step.buffers, step.updated]
        return frozenset(key for moment in moments for key in moment)

    def model(self, name: str | None = None) -> ProxyModel[Any]:
        """The recorded model, to be compared, or to take weights from."""
        index = self.index
        paths = tuple(index.modules[number].path for number in index.layer_map)
        layers = LayerMap(paths, index.layer_map_for or None) if paths else None
        return ProxyModel(self.modules[0], TraceAdapter(self), name or self.name, layers)

    @contextmanager
    def returning(self) -> Iterator[None]:
        """At the end of the block, return to the moment the trace is at now."""
        state, gradients = self.state, self.gradients
        try:
            yield
        finally:
            self.state, self.gradients = state, gradients

    def begin(self, position: int) -> None:
        """Move to the beginning of a step, its place among those recorded.

        Raises:
            IndexError: If no such step was recorded.
        """
        self._check_place(position)
        self.go_to(position - 1, updated=True)
        self.state = {**self.state, **self.steps[position].before}

    def _check_place(self, position: int) -> None:
        if not 0 <= position < len(self.steps):
            raise IndexError(f"{position} is no place among {len(self.steps)} recorded steps")

    def go_to(self, position: int, *, updated: bool = False) -> None:
        """Move to the end of a step.

        Args:
            position: The step's place among those recorded; -1 for the moment before the first.
            updated: Whether the optimizer has stepped.

        Raises:
            IndexError: If no such step was recorded.
        """
        if position != -1:
            self._check_place(position)
        state = dict(self.index.initial)
        for step in self.steps[: max(position, 0)]:
            state.update(step.before)
            state.update(step.buffers)
            state.update(step.updated)
        self.gradients = {}
        if position >= 0:
            step = self.steps[position]
            state.update(step.before)
            state.update(step.buffers)
            self.gradients = step.gradients
            if updated:
                state.update(step.updated)
        self.state = state


def _check_there(path: Path) -> None:
    try:
        if not (path / INDEX_NAME).exists():
            raise _no_trace(path)
    except OSError as error:
        raise TraceError("A trace cannot be read.", where=str(path), got=reason(error)) from error


def _no_trace(path: Path) -> TraceError:
    for what, pattern in (("ranks", RANK), ("steps", STEP)):
        if found := parts(path, pattern):
            return TraceError(
                f"The folder holds the traces of {len(found)} {what}, and a single one was asked for.",
                where=str(path),
                got=", ".join(part.name for part in found[:8]),
                hint=f"name one of them: {found[0]}",
            )
    left = left_over(path)
    expected = f"a folder with {INDEX_NAME}, as padiff.record writes it"
    if whole := [folder for folder in left if is_trace(folder)]:
        return TraceError(
            "There is no trace here, but one that was not moved to its place.",
            where=str(path),
            got=", ".join(map(str, whole)),
            expected=expected,
            hint="rename it, if nothing is being recorded just now (*.old is the trace before)",
        )
    if left:
        return TraceError(
            "There is no trace here, but a recording that was cut off, or is still under way.",
            where=str(path),
            got=", ".join(map(str, left)),
            expected=expected,
            hint="record it again; what was cut off can be deleted",
        )
    within = sorted(e for e in path.iterdir() if is_trace(e)) if path.is_dir() else []
    return TraceError(
        "There is no trace here.",
        where=str(path),
        got="a folder without an index"
        if path.is_dir()
        else "a file"
        if path.exists()
        else "nothing",
        expected=expected,
        hint=f"name one of those within: {', '.join(map(str, within))}" if within else "",
    )
