"""Work that several threads share, where there is enough of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

__all__ = ["side_by_side", "threads_for"]

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

_MOST = 4  # they share the memory's bandwidth, which a few of them use up


def threads_for(amount: int, worth: int) -> int:
    """How many threads to use.

    Args:
        amount: Of work, in bytes.
        worth: So much of it is worth one thread more.
    """
    return min(_MOST, os.cpu_count() or 1, 1 + amount // worth)


def side_by_side(
    work: Callable[[ItemT], ResultT], items: Sequence[ItemT], threads: int
) -> Iterator[ResultT]:
    """What `work` returns of each item, in the order in which they are through.

    The calling thread works too; alone, where the system has no more threads to give.

    Raises:
        BaseException: What `work` raised, in whichever thread.
    """
    pending = iter(items)  # shared: whoever is free takes the next
    through: SimpleQueue[ResultT] = SimpleQueue()
    failures: list[BaseException] = []

    def help_out() -> None:
        try:
            for item in pending:
                through.put(work(item))
        except BaseException as error:  # noqa: BLE001 - raised by the thread that waits for this one
            failures.append(error)

    helpers = _started(help_out, threads - 1)
    try:
        for item in pending:
            yield work(item)
    finally:
        for helper in helpers:
            helper.join()
    if failures:
        raise failures[0]
    while not through.empty():
        yield through.get()


def _started(work: Callable[[], None], count: int) -> list[Thread]:
    """Up to `count` threads at work; fewer, or none, where the system has no more to give."""
    threads: list[Thread] = []
    try:
        for _ in range(count):
            thread = Thread(target=work)
            thread.start()
            threads.append(thread)
    except RuntimeError:
        pass
    return threads
