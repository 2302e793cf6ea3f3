"""Tensors that may be dumped: kept until then in memory, and beyond that in temporary files."""

from __future__ import annotations

import weakref
from contextlib import ExitStack
from typing import TYPE_CHECKING

from padiff.capture.store import open_store

if TYPE_CHECKING:
    from padiff.capture.store import Stored
    from padiff.protocols import Array
    from padiff.trace.writer import TraceWriter

__all__ = ["Shelf"]

_MEMORY = 256 << 20
_OVERHEAD = 4096
"""Bytes an entry takes besides its values, rather more than less."""


class Shelf:
    """Takes tensors in, and gives each a number. Its files are gone once it is, or is closed."""

    def __init__(self) -> None:
        self.nbytes = 0
        """What it takes, in memory and in files."""
        self._stored: list[Stored] = []
        files = ExitStack()
        self._store = files.enter_context(open_store(_MEMORY))
        self.close = weakref.finalize(self, files.close)

    def put(self, array: Array, _hashed: str = "", /) -> int:
        """Copy a tensor."""
        self._stored.append(self._store.put(array))
        self.nbytes += array.nbytes + _OVERHEAD
        return len(self._stored) - 1

    def write(self, writer: TraceWriter) -> None:
        """Hand all tensors to a writer that has none yet, which gives them the same numbers."""
        for stored in self._stored:
            writer.put(stored.load())
