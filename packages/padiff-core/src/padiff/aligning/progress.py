"""What an alignment is doing while it runs."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from padiff.errors import UsageError

if TYPE_CHECKING:
    from padiff.capture.observer import Call, Leaf, Place, Sink
    from padiff.protocols import Array

__all__ = ["Bar", "Meter", "Progress", "metered"]

Progress: TypeAlias = Callable[[str, int, int | None], object]
"""Called as `progress(what, done, total)` when a run such as `"base forward"` begins (with 0 done), and
then whenever a layer returned, or a gradient passed one; `total` is None of the first run in a
direction, and a guess otherwise. A transfer is told of in bytes, as `assign_weight` tells of it."""

_DELAY = 1.0
"""Seconds before anything is shown: most alignments of small models are done by then."""
_EVERY = 0.1
"""Seconds between two refreshes."""


class Meter:
    """Counts what passes and tells a display, whose failure stops the display alone.

    Args:
        display: Who is told; None for nobody.
    """

    def __init__(self, display: Progress | None = None) -> None:
        self.failed: Exception | None = None
        """What the display raised; it is not called again."""
        self._display = display
        self._step = ""
        self._direction = ""
        self._what = ""
        self._done = 0
        self._known: dict[str, int] = {}

    def step(self, number: int, steps: int) -> None:
        """A step begins, the `number`-th from 0 of at most `steps`."""
        self._step = f"step {number}, " if steps > 1 else ""

    def run(self, what: str, direction: Literal["forward", "backward"]) -> None:
        """A model begins to run."""
        self._end()
        self._direction, self._what = direction, f"{self._step}{what} {direction}"
        self.tell(self._what, 0, self._known.get(direction))

    def advance(self) -> None:
        """A layer returned, or a gradient passed one."""
        self._done += 1
        known = self._known.get(self._direction)
        self.tell(self._what, self._done, None if known is None else max(known, self._done))

    def transfer(self, done: int, total: int) -> None:
        """So many bytes of the weights are transferred."""
        self.tell("transfer", done, total)

    def counting(self, sink: Sink) -> Sink:
        """A sink that hands everything on, and counts it if there is a display."""
        return _Counted(sink, self) if self._display else sink

    def tell(self, what: str, done: int, total: int | None) -> None:
        """Tell the display; what it raises is remembered."""
        display = self._display
        if display is not None and self.failed is None:
            self.guarded(lambda: display(what, done, total))

    def guarded(self, call: Callable[[], object]) -> None:
        """Call something of the display; the first failure is remembered."""
        try:
            call()
        except Exception as error:  # noqa: BLE001 - whatever it is, the alignment goes on
            self.failed = self.failed or error

    def _end(self) -> None:
        """The run of before is over: others in this direction will be about as long."""
        if self._done:
            self._known.setdefault(self._direction, self._done)
        self._done = 0


class _Counted:
    """Tells of every call that returns and every gradient."""

    def __init__(self, sink: Sink, meter: Meter) -> None:
        self._sink = sink
        self._meter = meter

    def entered(self, call: Call, inputs: Sequence[Leaf]) -> None:
        self._sink.entered(call, inputs)

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        result = self._sink.left(call, outputs)
        self._meter.advance()
        return result

    def gradient(self, call: Call, place: Place, slot: str, values: Array) -> Array | None:
        result = self._sink.gradient(call, place, slot, values)
        self._meter.advance()
        return result


class Bar:
    """Shows what runs. It is drawn as events come in, not by a thread beside the frameworks' own.

    Args:
        console: Where to.
        clock: Seconds.
        delay: Seconds before anything is shown.
    """

    def __init__(
        self, console: Console, clock: Callable[[], float] = time.monotonic, delay: float = _DELAY
    ) -> None:
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            auto_refresh=False,
            transient=True,
            get_time=clock,
            redirect_stdout=sys.stdout.isatty(),  # never what the user sends to a file
        )
        self._clock = clock
        self._task, self._what = self._bars.add_task("", total=None), ""
        self._next = clock() + delay
        self._started = False

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Draw it, if it was not just drawn."""
        if what != self._what or not done:
            self._bars.remove_task(self._task)
            self._task, self._what = self._bars.add_task(what, total=total), what
        self._bars.update(self._task, completed=done, total=total)
        now = self._clock()
        if now < self._next:
            return
        self._next = now + _EVERY
        if self._started:
            self._bars.refresh()
        else:
            self._started = True
            self._bars.start()

    def stop(self) -> None:
        """Leave the terminal as it was."""
        if self._started:
            self._bars.stop()


@contextmanager
def metered(progress: bool | Progress | None) -> Iterator[Meter]:  # noqa: FBT001 - as users pass it
    """A meter with the display that was asked for, which is gone at the end.

    Args:
        progress: A function to call; True for a bar on standard error, False for nothing; None for a
            bar where standard error is an interactive terminal, if it takes longer than a second.

    Raises:
        UsageError: If it is none of these.
    """
    display = _display(progress)
    meter = Meter(display)
    try:
        yield meter
    finally:
        if isinstance(display, Bar):
            meter.guarded(display.stop)
    if meter.failed is not None:
        message = (
            f"The progress display failed ({meter.failed!r}); the alignment itself is complete."
        )
        warnings.warn(message, RuntimeWarning, stacklevel=4)  # contextlib, and who has the `with`


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Fail like any display: rich would exit, and send standard output nowhere."""
        raise  # noqa: PLE0704 - rich calls this while it handles the BrokenPipeError


def _display(progress: object) -> Progress | None:
    if progress is None:
        console = _Console(stderr=True)
        return Bar(console, delay=_DELAY) if console.is_interactive else None
    if progress is True:
        return Bar(_Console(stderr=True, force_terminal=True), delay=0.0)
    if progress is False:
        return None
    if callable(progress):
        return progress
    raise UsageError(
        "progress= is no display.",
        got=repr(progress),
        expected="True, False, None, or a function of (what, done, total)",
    )
