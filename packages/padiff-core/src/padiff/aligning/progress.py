"""What an alignment is doing while it runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

if TYPE_CHECKING:
    from padiff.capture.observer import Call, Leaf, Place, Sink
    from padiff.protocols import Array

__all__ = ["Counted", "Progress", "Silent", "progress_bar"]

_DELAY = 1.0
"""Seconds before anything is shown: most alignments of small models are done by then."""
_EVERY = 0.1
"""Seconds between two refreshes."""


class Progress(Protocol):
    """Is told what an alignment is doing."""

    def step(self, number: int, steps: int) -> None:
        """A step begins, the `number`-th from 0 of at most `steps`."""

    def run(self, what: str, calls: int | None) -> None:
        """A run begins, such as `"base forward"`; of about `calls` calls if that is known."""

    def advance(self) -> None:
        """A layer returned, or a gradient passed one."""


class Silent:
    """Tells nobody."""

    def step(self, number: int, steps: int) -> None:
        """Nothing."""

    def run(self, what: str, calls: int | None) -> None:
        """Nothing."""

    def advance(self) -> None:
        """Nothing."""


class Counted:
    """A sink that tells of every call that returns and every gradient, and hands everything on.

    Args:
        sink: What it stands before.
        progress: Who is told.
    """

    def __init__(self, sink: Sink, progress: Progress) -> None:
        self._sink = sink
        self._progress = progress

    def entered(self, call: Call, inputs: Sequence[Leaf]) -> None:
        """Hand on."""
        self._sink.entered(call, inputs)

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        """Hand on, and tell."""
        result = self._sink.left(call, outputs)
        self._progress.advance()
        return result

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> Array | None:
        """Hand on, and tell."""
        result = self._sink.gradient(call, place, slot, values)
        self._progress.advance()
        return result


class _Shown:
    """Shows a bar. It is drawn as events come in, not by a thread beside the frameworks' own."""

    def __init__(self, bars: Bars, clock: Callable[[], float]) -> None:
        self._bars = bars
        self._clock = clock
        self._task = bars.add_task("", total=None)
        self._step = ""
        self._next = clock() + _DELAY
        self.started = False

    def step(self, number: int, steps: int) -> None:
        """Remember it, to be shown in front of the run."""
        self._step = f"step {number}, " if steps > 1 else ""

    def run(self, what: str, calls: int | None) -> None:
        """A new bar in place of the last."""
        self._bars.remove_task(self._task)
        self._task = self._bars.add_task(self._step + what, total=calls)
        self._refresh()

    def advance(self) -> None:
        """One further."""
        self._bars.advance(self._task)
        self._refresh()

    def _refresh(self) -> None:
        now = self._clock()
        if now < self._next:
            return
        self._next = now + _EVERY
        if self.started:
            self._bars.refresh()
        else:
            self.started = True
            self._bars.start()


@contextmanager
def progress_bar(
    console: Console | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Progress]:
    """A bar that says what runs, gone at the end; silent where there is no terminal.

    Args:
        console: Where to; by default standard error.
        clock: Seconds.
    """
    console = console or Console(stderr=True)
    if not console.is_interactive:
        yield Silent()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bars = Bars(
        *columns,
        console=console,
        auto_refresh=False,
        transient=True,
        get_time=clock,
        redirect_stdout=sys.stdout.isatty(),  # never what the user sends to a file
    )
    shown = _Shown(bars, clock)
    try:
        yield shown
    finally:
        if shown.started:
            bars.stop()
