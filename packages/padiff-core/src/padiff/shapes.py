"""Symbolic shapes: the grammar a kind's declaration is written in.

A pattern is a string of dimensions separated by spaces:

* `out` is a size with a name; the same name means the same size in all tensors of a layer;
* `4*hidden` is a multiple of one (an LSTM's four gates stacked);
* `*kernel` is any number of dimensions, none included;
* `1` is the literal size. The empty pattern is a 0-d tensor.

>>> sizes = {}
>>> match("4*hidden input", (20, 3), sizes)
>>> sizes
{'hidden': 5, 'input': 3}
>>> match("4*hidden hidden", (20, 4), sizes)
'hidden is 5 elsewhere in this layer and 4 here'
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import MutableMapping

__all__ = ["Sizes", "match"]

Sizes: TypeAlias = "MutableMapping[str, int | tuple[int, ...]]"
"""What each name of a pattern stood for in the tensors matched so far."""

_DIMENSION = re.compile(r"(?:(?P<factor>\d+)\*)?(?P<name>[a-z_]\w*)|(?P<literal>\d+)")


def match(pattern: str, shape: tuple[int, ...], sizes: Sizes) -> str | None:
    """Match `shape` against `pattern`, adding what the names stand for to `sizes`.

    Returns:
        None if it fits, else the reason in words. `sizes` may have grown in either case.
    """
    dimensions = pattern.split()
    star = next((i for i, d in enumerate(dimensions) if d.startswith("*")), None)
    if star is None:
        return _match_each(dimensions, shape, sizes)
    tail = len(dimensions) - star - 1
    if len(shape) < star + tail:
        return f"{len(shape)} dimensions where '{pattern}' has at least {star + tail}"
    middle = shape[star : len(shape) - tail]
    rest = shape[:star] + shape[len(shape) - tail :]
    return _bind(dimensions[star][1:], middle, sizes) or _match_each(
        dimensions[:star] + dimensions[star + 1 :], rest, sizes
    )


def _match_each(dimensions: list[str], shape: tuple[int, ...], sizes: Sizes) -> str | None:
    if len(dimensions) != len(shape):
        return f"{len(shape)} dimensions where '{' '.join(dimensions)}' has {len(dimensions)}"
    for dimension, size in zip(dimensions, shape, strict=True):
        if reason := _match_one(dimension, size, sizes):
            return reason
    return None


def _match_one(dimension: str, size: int, sizes: Sizes) -> str | None:
    found = _DIMENSION.fullmatch(dimension)
    if found is None:
        msg = f"'{dimension}' is no dimension of a shape pattern"
        raise ValueError(msg)
    if literal := found["literal"]:
        return None if size == int(literal) else f"{size} where it must be {literal}"
    factor = int(found["factor"] or 1)
    if size % factor:
        return f"{size} is not a multiple of {factor} ({dimension})"
    return _bind(found["name"], size // factor, sizes)


def _bind(name: str, value: int | tuple[int, ...], sizes: Sizes) -> str | None:
    known = sizes.setdefault(name, value)
    return None if known == value else f"{name} is {known} elsewhere in this layer and {value} here"
