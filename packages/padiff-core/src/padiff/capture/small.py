"""Trained parameters that a model may write, though as a rule it leaves them to its optimizer: some are copied."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate, takewhile

__all__ = ["LOOKED_AT", "small_ones"]

LOOKED_AT = 64
"""Values of each parameter that are held against what they were, beside its version."""

_ROOM = 1 << 20
"""Bytes for the copies of one model's: scales, tokens, codebooks. Of all weights, copies would take as much
memory as what a forward pass of a transformer keeps."""


def small_ones(sizes: Mapping[int, int]) -> set[int]:
    """The smallest, as many as there is room for; of each, by any key, the size in bytes.

    >>> sorted(small_ones({1: 1 << 20, 2: 1 << 10, 3: 1 << 19}))
    [2, 3]
    """
    smallest_first = sorted(sizes, key=sizes.__getitem__)
    together = accumulate(sizes[key] for key in smallest_first)
    fitting = takewhile(lambda pair: pair[1] <= _ROOM, zip(smallest_first, together, strict=True))
    return {key for key, _ in fitting}
