"""Being told to stop: a signal becomes an exception, so that what was started is ended first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Signals", "Stopped", "signal_name", "stoppable"]

_SIGNALS = tuple(n for n in signal.Signals if n.name in ("SIGINT", "SIGTERM", "SIGHUP"))
"""Those of them that the platform has."""


class Stopped(KeyboardInterrupt):
    """A signal asked the process to end; like Ctrl-C, no `except Exception` takes it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Ended by {signal_name(number)}.")
        self.status = 128 + number
        """Of the process, as a shell has it."""


class Signals:
    """What becomes of signals inside `stoppable`."""

    def __init__(self) -> None:
        self._held = False
        self._pending = 0

    def receive(self, number: int, _frame: FrameType | None = None) -> None:
        """Stop at once, or when nothing is held any more."""
        if self._held:
            self._pending = number
        else:
            raise Stopped(number)

    @contextmanager
    def held(self) -> Iterator[None]:
        """A block that is not interrupted half way: what it starts is known before anything stops."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._pending:
            raise Stopped(self._pending)


@contextmanager
def stoppable() -> Iterator[Signals]:
    """A block that Ctrl-C, `SIGTERM` and `SIGHUP` leave by an exception."""
    signals = Signals()
    if threading.current_thread() is not threading.main_thread():
        yield signals  # only there can handlers be set
        return
    before = {number: signal.signal(number, signals.receive) for number in _SIGNALS}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def signal_name(number: int) -> str:
    """`"SIGSEGV"` of 11."""
    known = {each.value: each.name for each in signal.Signals}
    return known.get(number, f"signal {number}")
