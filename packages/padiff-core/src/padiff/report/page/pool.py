"""Compact JSON: each value once, and tables by column instead of by row."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

__all__ = ["Pool", "columns", "short"]

T = TypeVar("T", bound=Hashable)


class Pool(Generic[T]):
    """Values that are referred to by their number.

    >>> pool = Pool[str]()
    >>> pool.add("a"), pool.add("b"), pool.add("a"), pool.values
    (0, 1, 0, ['a', 'b'])
    """

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}

    def add(self, value: T) -> int:
        """The value's number; a new one if it was not there."""
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[T]:
        """Every value, in the order of their numbers."""
        return list(self._numbers)


def columns(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, list[Any]]:
    """A table by column.

    >>> columns(("x", "y"), [(1, 2), (3, 4)])
    {'x': [1, 3], 'y': [2, 4]}
    """
    table: dict[str, list[Any]] = {name: [] for name in names}
    for row in rows:
        for column, value in zip(table.values(), row, strict=True):
            column.append(value)
    return table


def short(value: float, digits: int = 3) -> float | str:
    """A number in as many digits as are shown; what JSON has not, as JavaScript's `Number` reads it.

    >>> short(0.0123456), short(2.0), short(float("-inf")), short(float("nan"))
    (0.0123, 2, '-Infinity', 'NaN')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e6 else rounded
