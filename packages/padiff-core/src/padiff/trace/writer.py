"""Writing a trace: tensors as they come, the index at the end."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from padiff.errors import TraceError
from padiff.trace.codec import INDEX_NAME, encode
from padiff.trace.files import reason
from padiff.trace.folder import Draft
from padiff.trace.index import TensorEntry
from padiff.trace.shards import ShardWriter
from padiff.trace.summary import summarise

if TYPE_CHECKING:
    from padiff.protocols import Array
    from padiff.trace.index import Index, Level

__all__ = ["TensorSink", "TraceWriter", "digest"]


class TensorSink(Protocol):
    """Where tensors go."""

    def put(self, array: Array, hashed: str = "", /) -> int:
        """Copy a tensor, or sum it up, and give it a number; `hashed` is its `digest`, if that is known."""


class TraceWriter:
    """Takes tensors in and gives each a number.

    Args:
        path: Where the trace is to be.
        level: What is kept of a tensor.
        rank: The number of this process among several that record to `path`, or None.
        ranks: How many these are, or None.

    Raises:
        TraceError: See `padiff.trace.folder.Draft`.
    """

    def __init__(
        self, path: Path, level: Level, rank: int | None = None, ranks: int | None = None
    ) -> None:
        self.level = level
        self.tensors: list[TensorEntry] = []
        self._draft = Draft(path, rank, ranks)
        self._shards = ShardWriter(self._draft.folder)

    def put(self, array: Array, hashed: str = "", /) -> int:
        """Note a tensor; its values are copied, or summed up, now.

        Args:
            array: The tensor.
            hashed: Its `digest`, where it was made already.

        Raises:
            TraceError: If the disk is full, say.
        """
        number = len(self.tensors)
        self.tensors.append(self._entry(number, array, hashed))
        return number

    def _entry(self, number: int, array: Array, hashed: str) -> TensorEntry:
        shape, dtype = array.shape, array.dtype.name
        if self.level == "full":
            file, checksum = self._shards.put(number, array)
            return TensorEntry(shape, dtype, file, checksum)
        summary = summarise(array) if self.level == "statistics" else None
        return TensorEntry(shape, dtype, digest=hashed or digest(array), summary=summary)

    def finish(self, index: Index) -> None:
        """Write what is left and the index, and put the trace in its place.

        Raises:
            TraceError: If that cannot be done; nothing has changed at the place then.
        """
        self._shards.flush()
        data = encode(index, self._draft.path / INDEX_NAME)
        try:
            (self._draft.folder / INDEX_NAME).write_bytes(data)
        except OSError as error:
            raise TraceError(
                "A trace cannot be written.", where=str(self._draft.folder), got=reason(error)
            ) from error
        self._draft.publish()

    def discard(self) -> None:
        """Leave nothing behind, and keep nothing in memory."""
        self._shards.clear()
        self._draft.discard()


def digest(array: Array) -> str:
    """A hash of the values in C order, and of nothing else."""
    values = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return hashlib.blake2b(values.data, digest_size=16).hexdigest()
