"""The copies of a plan: those to other devices one by one, those to host memory side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from padiff.steps import canonical_arrays, canonical_of, opened

if TYPE_CHECKING:
    from padiff.protocols import Array
    from padiff.steps import Step

__all__ = ["CopyView", "copied", "is_on_host", "nbytes"]

CopyView: TypeAlias = "Callable[[Array, Array], bool]"

_Moves: TypeAlias = "list[tuple[Array, Array | float]]"
"""Arrays to write, each with the array or the number that is written into it."""

_MOST_THREADS = 4  # they share the memory's bandwidth, which a few of them use up
_WORTH_A_THREAD = 1 << 25  # bytes


def is_on_host(step: Step) -> bool:
    """Whether all that a step writes is in host memory."""
    return all(spec.on_host or spec.defect for spec in step.pair.raw.specs.values())


def nbytes(step: Step) -> int:
    """How many bytes a step writes."""
    views = canonical_of(step.pair.raw).views if step.names else {}
    return sum(views[name].nbytes for name in step.names)


def copied(steps: Sequence[Step], copy_view: CopyView) -> Iterator[Step]:
    """Carry out what steps copy and fill; yields each when it is through.

    Those to other devices come first, one by one, for they can fail. Those to host memory follow, on
    several threads if there is much to copy. The threads only move memory: adapters are asked for all
    of it before, so that a device that cannot be read is found out before anything is written.
    """
    here: list[Step] = []
    for step in steps:
        if step.names and is_on_host(step):
            here.append(step)
            continue
        if step.names:
            _copy_away(step, copy_view)
        yield step
    threads = _threads_for(sum(map(nbytes, here)))
    if threads > 1:
        here.sort(key=nbytes, reverse=True)  # a large one, begun last, would keep all waiting
    work = [(step, _moves(step, opened(step.pair.raw))) for step in here]
    yield from _side_by_side(work, copy_view, threads)


def _threads_for(amount: int) -> int:
    return min(_MOST_THREADS, os.cpu_count() or 1, 1 + amount // _WORTH_A_THREAD)


def _copy_away(step: Step, copy_view: CopyView) -> None:
    tensors = opened(step.pair.raw)
    _carry_out(_moves(step, tensors), copy_view)
    flushed = set()
    for name, array in tensors.items():
        if id(array) not in flushed:
            step.pair.raw.state.flush(name, array)
            flushed.add(id(array))


def _moves(step: Step, tensors: dict[str, Array]) -> _Moves:
    raw = canonical_arrays(step.pair.raw, tensors)
    base = canonical_arrays(step.pair.base, opened(step.pair.base))
    copies = [(raw[name], base[name]) for name in step.copies]
    return [*copies, *((raw[name], value) for name, value in step.fills)]


def _carry_out(moves: _Moves, copy_view: CopyView) -> None:
    with np.errstate(all="ignore"):  # the plan has seen to what a cast may lose
        for raw, base in moves:
            if not (
                isinstance(base, np.ndarray) and base.dtype == raw.dtype and copy_view(raw, base)
            ):
                np.copyto(raw, base, casting="unsafe")


def _side_by_side(
    work: Sequence[tuple[Step, _Moves]], copy_view: CopyView, threads: int
) -> Iterator[Step]:
    pending = iter(work)  # shared: whoever is free takes the next
    through: SimpleQueue[Step] = SimpleQueue()
    failures: list[BaseException] = []

    def help_out() -> None:
        try:
            for step, moves in pending:
                _carry_out(moves, copy_view)
                through.put(step)
        except BaseException as error:  # noqa: BLE001 - raised by the thread that waits for this one
            failures.append(error)

    helpers = _started(help_out, threads - 1)
    try:
        for step, moves in pending:
            _carry_out(moves, copy_view)
            yield step
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
