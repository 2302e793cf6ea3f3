"""Spellings of what a window does along each axis: sizes, steps, and padding at both ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

__all__ = ["Ends", "Pads", "collapsed", "even_padding", "per_axis", "same_padding", "shortest"]

Ends: TypeAlias = tuple[int, int]
"""Elements added before and after an axis."""
Pads: TypeAlias = tuple[Ends, ...]


def per_axis(value: Any, axes: int) -> tuple[Any, ...]:
    """One value an axis; a single one counts for all.

    >>> per_axis(2, 2), per_axis([3, 1], 2)
    ((2, 2), (3, 1))
    """
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(value) * axes if len(value) == 1 else tuple(value)
    return (value,) * axes


def collapsed(values: Sequence[Any]) -> Any:
    """The shortest spelling of one value an axis.

    >>> collapsed((2, 2)), collapsed((2, 1))
    (2, (2, 1))
    """
    return values[0] if len(set(values)) == 1 else tuple(values)


def shortest(value: Any) -> Any:
    """One value if all axes have the same, for a class that does not know how many there are.

    >>> shortest([2, 2]), shortest((2, 1)), shortest(None)
    (2, (2, 1), None)
    """
    return collapsed(value) if isinstance(value, (list, tuple)) else value


def even_padding(value: Any, axes: int) -> Pads:
    """The canonical padding of one that is the same at both ends.

    >>> even_padding(1, 2), even_padding((1, 0), 2)
    (((1, 1), (1, 1)), ((1, 1), (0, 0)))
    """
    return tuple((size, size) for size in per_axis(value, axes))


def same_padding(kernel: Sequence[int], dilation: Sequence[int], stride: Sequence[int]) -> Any:
    """The canonical padding of 'same': an output as large as the input, divided by the stride.

    With a stride it depends on the input's size, and is canonically `'same'`.

    >>> same_padding((4, 3), (1, 1), (1, 1)), same_padding((3,), (1,), (2,))
    (((1, 2), (1, 1)), 'same')
    """
    if any(step != 1 for step in stride):
        return "same"
    totals = (step * (size - 1) for size, step in zip(kernel, dilation, strict=True))
    return tuple((total // 2, total - total // 2) for total in totals)
