"""Being told to stop: a signal becomes an exception, so that what was started is ended first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

__all__ = ["Stopped", "signal_name", "stoppable"]

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """A signal asked the process to end; like Ctrl-C, no `except Exception` takes it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Ended by {signal_name(number)}.")
        self.status = 128 + number
        """Of the process, as a shell has it."""


@contextmanager
def stoppable() -> Iterator[None]:
    """A block that `SIGTERM` and `SIGHUP` leave as Ctrl-C does, by an exception."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only there can handlers be set
        return
    before = {number: signal.signal(number, _stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped(number)


def signal_name(number: int) -> str:
    """`"SIGSEGV"` of 11."""
    known = {each.value: each.name for each in signal.Signals}
    return known.get(number, f"signal {number}")
