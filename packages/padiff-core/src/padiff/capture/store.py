"""Where a recording's arrays are kept: in memory, and on disk beyond a limit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from padiff.protocols import Array

__all__ = ["Loadable", "Shaped", "Store", "Stored", "open_store"]


class Shaped(Protocol):
    """An array, or what stands for one."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Its dtype."""


class Loadable(Shaped, Protocol):
    """An array that is kept somewhere."""

    @property
    def gone(self) -> bool:
        """Whether it was let go: it cannot be loaded any more."""

    def load(self) -> Array:
        """The array, not to be written: the one that is kept, a map of a file, or read from one."""


class _Spilled:
    """An array on disk, mapped when asked for."""

    def __init__(self, path: Path, array: Array) -> None:
        self._path = path
        self.shape = array.shape
        self.dtype = array.dtype
        flat = np.ascontiguousarray(array).reshape(-1)
        path.write_bytes(flat.view(np.uint8).data)  # bfloat16 itself is in no buffer

    def load(self) -> Array:
        if not np.prod(self.shape):
            return np.empty(self.shape, self.dtype)
        return np.memmap(self._path, self.dtype, mode="r", shape=self.shape)


class Stored:
    """An array in a store. Two names of one tensor hold one `Stored`."""

    __slots__ = ("_held", "_store", "dtype", "places", "shape")

    def __init__(self, store: Store, held: Array | _Spilled) -> None:
        self._store = store
        self._held: Array | _Spilled | None = held
        self.shape = held.shape
        self.dtype = held.dtype
        self.places = 0
        """In so many places of a recording it waits to be compared."""

    @property
    def gone(self) -> bool:
        """Whether it was let go."""
        return self._held is None

    def load(self) -> Array:
        """The array; a read-only map of a file if it was spilled."""
        if self._held is None:
            raise RuntimeError("a tensor was asked for that had been let go")
        return self._held.load() if isinstance(self._held, _Spilled) else self._held

    def let_go(self) -> None:
        """Free the memory. What is on disk stays."""
        if self._held is not None and not isinstance(self._held, _Spilled):
            self._store.nbytes -= self._held.nbytes
            self._held = None


class Store:
    """Keeps copies of arrays, up to `max_memory` bytes in memory and the rest in files of a folder."""

    def __init__(self, folder: Path | None = None, max_memory: int | None = None) -> None:
        self._folder = folder
        self._max_memory = max_memory
        self._files = 0
        self.nbytes = 0
        """Bytes held in memory."""

    def put(self, array: Array) -> Stored:
        """Keep a copy, in the order in which the array lies in memory."""
        spill = self._max_memory is not None and self.nbytes + array.nbytes > self._max_memory
        if not spill or self._folder is None:
            self.nbytes += array.nbytes
            return Stored(self, np.array(array))
        self._files += 1
        return Stored(self, _Spilled(self._folder / f"{self._files}.bin", array))


@contextmanager
def open_store(max_memory: int | None) -> Iterator[Store]:
    """A store for one alignment; its files, if any, are gone afterwards."""
    if max_memory is None:
        yield Store()
        return
    with tempfile.TemporaryDirectory(prefix="padiff-") as folder:
        yield Store(Path(folder), max_memory)
