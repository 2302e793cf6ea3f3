"""Tensors on disk: safetensors files, each written whole once it is full.

safetensors knows NumPy's real dtypes. Another dtype is stored as what it is made of: a complex number
as two floats along a last axis, bfloat16 and the float8 types as unsigned integers of their bits.
"""

from __future__ import annotations

import math
import os
import zlib
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import save_file

from padiff.dtypes import category, named_dtype
from padiff.errors import TraceError
from padiff.trace.files import open_plain, reason
from padiff.writing import permitted

if TYPE_CHECKING:
    from padiff.protocols import Array
    from padiff.trace.index import TensorEntry

__all__ = ["ShardReader", "ShardWriter", "stored_form"]

_SHARD = 64 << 20
"""Bytes after which a shard is written: so much memory a recording takes."""
_HEADER = 4096
"""Bytes of a file's header for each of its tensors; what is longer was not written by padiff."""


def stored_form(array: Array) -> Array:
    """The array as safetensors can hold it, in C order; a view of it wherever that is possible."""
    ordered = array if array.flags.c_contiguous else np.array(array, order="C")
    if category(array.dtype) == "complex":
        parts = ordered.reshape(-1).view(ordered.real.dtype)
        return parts.reshape(*array.shape, 2)
    if array.dtype.name not in _NAMES:
        return ordered.view(f"u{array.dtype.itemsize}")
    return ordered


class ShardWriter:
    """Takes tensors in, and writes a file whenever enough have come together.

    Args:
        folder: Where the files go.
        size: Bytes of a shard.
    """

    def __init__(self, folder: Path, size: int = _SHARD) -> None:
        self._folder = folder
        self._size = size
        self._waiting: dict[str, Array] = {}
        self._bytes = 0
        self._files = 0

    @property
    def _name(self) -> str:
        return f"tensors-{self._files:05d}.safetensors"

    def put(self, number: int, array: Array) -> tuple[str, int]:
        """Copy a tensor; it may be written afterwards.

        Returns:
            The file it will be in, and the checksum of its bytes.

        Raises:
            TraceError: If a file cannot be written.
        """
        stored = stored_form(np.array(array, order="C"))
        found = self._name, _checksum(stored)
        self._waiting[str(number)] = stored
        self._bytes += stored.nbytes
        if self._bytes >= self._size:
            self.flush()
        return found

    def flush(self) -> None:
        """Write what is waiting.

        Raises:
            TraceError: If that cannot be done.
        """
        if not self._waiting:
            return
        path = self._folder / self._name
        try:
            save_file(self._waiting, path)
            path.chmod(permitted(0o666))  # safetensors makes files that are their maker's alone
        except (SafetensorError, OSError) as error:
            raise TraceError(
                "A trace cannot be written.", where=str(path), got=reason(error)
            ) from error
        self._files += 1
        self.clear()

    def clear(self) -> None:
        """Forget what is waiting."""
        self._waiting, self._bytes = {}, 0


def _checksum(stored: Array) -> int:
    return zlib.crc32(stored.reshape(-1).view(np.uint8).data)


class _Slot(msgspec.Struct, frozen=True):
    """Where a tensor stands in a file; all that is not said of it is as of none."""

    dtype: str = ""
    shape: tuple[int, ...] = ()
    data_offsets: tuple[int, int] = (0, 0)


class ShardReader:
    """One file of tensors.

    Read by hand: what safetensors maps into memory ends the process if the file is cut short meanwhile.

    Args:
        path: The file.
        count: How many tensors are to be in it.
    """

    def __init__(self, path: Path, count: int) -> None:
        self.path = path
        self._count = count

    @cached_property
    def _contents(self) -> tuple[dict[str, _Slot], int, int]:
        """What the header says of each tensor; where the values begin, and where they end."""
        with open_plain(self.path) as file:
            try:
                end = os.fstat(file.fileno()).st_size
                length = int.from_bytes(file.read(8), "little")
                if length > min(end, _HEADER * (self._count + 1)):
                    raise self._damaged(f"a header of {length:,} bytes")
                slots = msgspec.json.decode(file.read(length), type=dict[str, _Slot])
            except (msgspec.MsgspecError, RecursionError, OSError, UnicodeDecodeError) as error:
                raise self._damaged(reason(error)) from error
        return slots, 8 + length, end

    def check(self, number: int, entry: TensorEntry) -> None:
        """See that a tensor is here, with the shape and dtype its entry states; reads no values.

        Raises:
            TraceError: If not.
        """
        slots, begin, end = self._contents
        slot = slots.get(str(number))
        if slot is None:
            raise self._damaged(f"no tensor {number}")
        name, parts, size = _form(entry.dtype)
        if (slot.shape, slot.dtype) != ((*entry.shape, *parts), name):
            raise self._damaged(
                f"tensor {number} as {slot.dtype} {slot.shape}", f"{name} {entry.shape + parts}"
            )
        first, last = slot.data_offsets
        if first < 0 or last - first != math.prod(entry.shape) * size or begin + last > end:
            raise self._damaged(f"tensor {number} at {first:,} to {last:,}")

    def load(self, number: int, entry: TensorEntry) -> Array:
        """The values of a tensor, of `entry.shape` and `entry.dtype`: a copy, read-only.

        Raises:
            TraceError: If they are not what was written.
        """
        self.check(number, entry)
        slots, begin, _ = self._contents
        first, last = slots[str(number)].data_offsets
        stored = np.empty(last - first, np.uint8)
        with open_plain(self.path) as file:
            try:
                file.seek(begin + first)
                read = file.readinto(stored.data)
            except OSError as error:
                raise self._damaged(reason(error)) from error
        if read != stored.size or _checksum(stored) != entry.checksum:
            raise self._damaged(f"tensor {number} with other values than were written")
        stored.flags.writeable = False
        return stored.view(_dtype(entry.dtype)).reshape(entry.shape)

    def _damaged(self, got: str, expected: str = "") -> TraceError:
        return TraceError(
            "A file of the trace is damaged.",
            where=str(self.path),
            got=got,
            expected=expected,
            hint="record it again",
        )


def _dtype(name: str) -> np.dtype[Any]:
    dtype = named_dtype(name)
    assert dtype is not None, name  # noqa: S101 - the index was checked
    return dtype


@cache
def _form(name: str) -> tuple[str, tuple[int, ...], int]:
    """How tensors of a dtype are stored: safetensors' name, the axes added, bytes of an element."""
    dtype = _dtype(name)
    stored = stored_form(np.empty((0,), dtype))
    return _NAMES[stored.dtype.name], stored.shape[1:], dtype.itemsize


_NAMES = {
    "bool": "BOOL",
    **{f"int{bits}": f"I{bits}" for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": f"U{bits}" for bits in (8, 16, 32, 64)},
    **{f"float{bits}": f"F{bits}" for bits in (16, 32, 64)},
}
"""safetensors' names of NumPy's dtypes."""
