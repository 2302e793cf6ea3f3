"""Tensors on disk: safetensors files, each written whole once it is full.

safetensors knows NumPy's real dtypes. Another dtype is stored as what it is made of: a complex number
as two floats along a last axis, bfloat16 and the float8 types as unsigned integers of their bits.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from padiff.dtypes import category, named_dtype
from padiff.errors import TraceError

if TYPE_CHECKING:
    from padiff.protocols import Array
    from padiff.trace.index import TensorEntry

__all__ = ["ShardReader", "ShardWriter", "stored_form"]

_SHARD = 64 << 20
"""Bytes after which a shard is written: so much memory a recording takes."""


def stored_form(array: Array) -> Array:
    """The array as safetensors can hold it; a view wherever that is possible."""
    if category(array.dtype) == "complex":
        parts = np.ascontiguousarray(array).reshape(array.shape)
        return parts.view(parts.real.dtype).reshape(*array.shape, 2)
    if array.dtype.kind == "V":
        return np.ascontiguousarray(array).reshape(array.shape).view(f"u{array.dtype.itemsize}")
    return array


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

    def put(self, number: int, array: Array) -> tuple[str, int]:
        """Copy a tensor; it may be written afterwards.

        Returns:
            The file it will be in, and the checksum of its bytes.
        """
        name = f"tensors-{self._files:05d}.safetensors"
        stored = np.array(stored_form(array), order="C")
        self._waiting[str(number)] = stored
        self._bytes += stored.nbytes
        checksum = _checksum(stored)
        if self._bytes >= self._size:
            self.flush()
        return name, checksum

    def flush(self) -> None:
        """Write what is waiting."""
        if self._waiting:
            save_file(self._waiting, self._folder / f"tensors-{self._files:05d}.safetensors")
            self._files += 1
            self._waiting, self._bytes = {}, 0


def _checksum(stored: Array) -> int:
    return zlib.crc32(stored.reshape(-1).view(np.uint8).data)


@dataclass(frozen=True)
class ShardReader:
    """One file of tensors, mapped into memory while it is open."""

    path: Path

    @cached_property
    def _file(self) -> Any:
        if self.path.is_symlink() or not self.path.is_file():
            raise TraceError(
                "A file of the trace is missing.",
                where=str(self.path),
                got="a link" if self.path.is_symlink() else "",
                expected="the file that was written beside the index",
            )
        try:
            return safe_open(self.path, "np")
        except (SafetensorError, OSError) as error:
            raise self._damaged(str(error)) from error

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self._file.keys())

    def check(self, number: int, entry: TensorEntry) -> None:
        """See that a tensor is here, with the shape and dtype its entry states; reads no values.

        Raises:
            TraceError: If not.
        """
        if str(number) not in self._names:
            raise self._damaged(f"no tensor {number}")
        found = self._file.get_slice(str(number))
        shape, name = tuple(found.get_shape()), found.get_dtype()
        stand_in = stored_form(np.empty((0,), named_dtype(entry.dtype)))
        expected = (*entry.shape, *stand_in.shape[1:]), _NAMES[stand_in.dtype.name]
        if (shape, name) != expected:
            raise self._damaged(
                f"tensor {number} as {name} {shape}", f"{expected[1]} {expected[0]}"
            )

    def load(self, number: int, entry: TensorEntry) -> Array:
        """The values of a tensor, of `entry.shape` and `entry.dtype`: a copy, read-only.

        Raises:
            TraceError: If they are not what was written.
        """
        self.check(number, entry)
        stored: Array = self._file.get_tensor(str(number))
        if _checksum(stored) != entry.checksum:
            raise self._damaged(f"tensor {number} with other values than were written")
        dtype = np.dtype(named_dtype(entry.dtype))
        values = stored if stored.dtype == dtype else stored.view(dtype).reshape(entry.shape)
        values.flags.writeable = False
        return values

    def _damaged(self, got: str, expected: str = "") -> TraceError:
        return TraceError(
            "A file of the trace is damaged.",
            where=str(self.path),
            got=got,
            expected=expected,
            hint="record it again",
        )


_NAMES = {
    "bool": "BOOL",
    **{f"int{bits}": f"I{bits}" for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": f"U{bits}" for bits in (8, 16, 32, 64)},
    **{f"float{bits}": f"F{bits}" for bits in (16, 32, 64)},
}
"""safetensors' names of NumPy's dtypes."""
