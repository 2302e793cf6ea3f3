"""Tensors that were read a moment ago, so that they need not be read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padiff.protocols import Array

__all__ = ["Recent"]


class Recent:
    """Keeps the tensors that were asked for last, as far as they take no more than so many bytes.

    Args:
        most: Bytes kept at most. A tensor that is larger is not kept.
    """

    def __init__(self, most: int) -> None:
        self.nbytes = 0
        """Bytes that are kept."""
        self._most = most
        self._kept: dict[int, Array] = {}
        """By number, in the order in which they were asked for last."""

    def get(self, number: int) -> Array | None:
        """A tensor, if it is kept."""
        array = self._kept.pop(number, None)
        if array is not None:
            self._kept[number] = array
        return array

    def put(self, number: int, array: Array) -> None:
        """Keep a tensor that is not kept yet, and let go of others in its stead."""
        if array.nbytes > self._most:
            return
        while self.nbytes + array.nbytes > self._most:
            self.nbytes -= self._kept.pop(next(iter(self._kept))).nbytes
        self._kept[number] = array
        self.nbytes += array.nbytes
