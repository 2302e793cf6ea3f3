"""Where a recording's arrays are kept: in memory, and on disk beyond a limit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from padiff.protocols import Array

__all__ = ["Loadable", "Store", "Stored", "open_store"]


class Loadable(Protocol):
    """An array that is kept somewhere."""

    def load(self) -> Array:
        """The array, not to be written: the one that is kept, a map of a file, or read from one."""


class _Spilled:
    """An array on disk, mapped when asked for."""

    def __init__(self, path: Path, array: Array) -> None:
        self._path = path
        self._shape = array.shape
        self._dtype = array.dtype
        flat = np.ascontiguousarray(array).reshape(-1)
        path.write_bytes(flat.view(np.uint8).data)  # bfloat16 itself is in no buffer

    def load(self) -> Array:
        if not np.prod(self._shape):
            return np.empty(self._shape, self._dtype)
        return np.memmap(self._path, self._dtype, mode="r", shape=self._shape)


class Stored:
    """An array in a store. Two names of one tensor hold one `Stored`."""

    __slots__ = ("_held",)

    def __init__(self, held: Array | _Spilled) -> None:
        self._held = held

    def load(self) -> Array:
        """The array; a read-only map of a file if it was spilled."""
        return self._held.load() if isinstance(self._held, _Spilled) else self._held


class Store:
    """Keeps arrays, the first `max_memory` bytes in memory and the rest in files of a folder."""

    def __init__(self, folder: Path | None = None, max_memory: int | None = None) -> None:
        self._folder = folder
        self._max_memory = max_memory
        self._files = 0
        self.nbytes = 0
        """Bytes held in memory."""

    def put(self, array: Array) -> Stored:
        """Take an array over: it must not be written any more."""
        spill = self._max_memory is not None and self.nbytes + array.nbytes > self._max_memory
        if not spill or self._folder is None:
            self.nbytes += array.nbytes
            return Stored(array)
        self._files += 1
        return Stored(_Spilled(self._folder / f"{self._files}.bin", array))


@contextmanager
def open_store(max_memory: int | None) -> Iterator[Store]:
    """A store for one alignment; its files, if any, are gone afterwards."""
    if max_memory is None:
        yield Store()
        return
    with tempfile.TemporaryDirectory(prefix="padiff-") as folder:
        yield Store(Path(folder), max_memory)
