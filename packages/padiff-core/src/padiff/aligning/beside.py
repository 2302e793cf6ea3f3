"""Measuring what passes a run on a thread of its own, while the run goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from padiff.aligning.comparison import Comparison, Gauge
    from padiff.protocols import Array

__all__ = ["Beside"]

_SMALL = 1 << 17
"""Up to so many bytes are measured at once: to hand them over would take as long."""
_ROOM = 1 << 23
"""So many bytes of copies may wait, or one larger array. A layer's inputs and outputs come in bursts."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class _Awaited:
    comparison: Comparison
    agreed: Callable[[], None]
    known: Comparison
    """Whose outcome it takes over; itself, unless the same two tensors were compared before."""
    measured: Future[None] | None
    """None if nothing has to be waited for but what was handed over before."""
    size: int
    """Bytes of the copy."""


class Beside:
    """Measures pairs of arrays while the run they come from goes on.

    NumPy and the frameworks release Python's lock while they compute, and paddle computes on one core
    (3.3.1, on CPU): much of what measuring takes costs no time.

    Args:
        gauge: Measures.
        overwrites: Whether the run may overwrite raw's arrays later: they are copied then.
    """

    def __init__(self, gauge: Gauge, *, overwrites: bool) -> None:
        self._gauge = gauge
        self._overwrites = overwrites
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: deque[_Awaited] = deque()
        self._size = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """The run. When it has ended, all is measured; the thread is gone even if it raised.

        Raises:
            PadiffError: What measuring raised, here or in `compare`.
        """
        with ThreadPoolExecutor(1, "padiff-measuring") as self._thread:
            yield
            while self._waiting:
                self._take()

    def compare(
        self,
        name: str,
        paths: tuple[str, str],
        base: Array,
        raw: Array,
        *,
        scale: float | None = None,
        agreed: Callable[[], None] = _nothing,
    ) -> Comparison:
        """Have a pair measured by the end of the run; see `Gauge.compare`.

        Args:
            name: What the tensor is.
            paths: The dotted paths of the layer on both sides.
            base: Base's values, which nobody writes.
            raw: Raw's values, as they are now.
            scale: See `Gauge.compare`.
            agreed: Called in the run's thread once the two were found to agree.
        """
        comparison, allowed = self._gauge.expect(name, paths, (base.dtype, raw.dtype), scale=scale)
        if raw.nbytes <= _SMALL or self._thread is None:
            self._gauge.measure(comparison, allowed, base, raw)
            if comparison.agrees:
                agreed()
            return comparison
        self._make_room(raw.nbytes)
        held = np.array(raw) if self._overwrites else raw
        measured = self._thread.submit(self._gauge.measure, comparison, allowed, base, held)
        self._waiting.append(_Awaited(comparison, agreed, comparison, measured, raw.nbytes))
        self._size += raw.nbytes
        return comparison

    def again(self, known: Comparison, name: str, agreed: Callable[[], None]) -> Comparison:
        """The same two tensors as in `known`, under another name."""
        comparison = replace(known, name=name)
        self._make_room(0)
        self._waiting.append(_Awaited(comparison, agreed, known, None, 0))
        return comparison

    def _make_room(self, size: int) -> None:
        """Take what is measured, and wait for more as long as there is no room."""
        while self._waiting and (self._size + size > _ROOM or self._is_measured()):
            self._take()

    def _is_measured(self) -> bool:
        first = self._waiting[0].measured
        return first is None or first.done()

    def _take(self) -> None:
        first = self._waiting.popleft()
        if first.measured:
            first.measured.result()
        self._size -= first.size
        comparison, known = first.comparison, first.known
        comparison.measured, comparison.verdict = known.measured, known.verdict
        if comparison.agrees:
            first.agreed()
