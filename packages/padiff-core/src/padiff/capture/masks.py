"""The masks of synchronised dropout."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from padiff.capture.protocols import Draw

__all__ = ["Masks"]


class Masks:
    """Draws a mask for every dropout, and the same again when a part of the model is recomputed.

    Args:
        draw: Where the numbers come from.
    """

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._known: dict[tuple[Hashable, tuple[int, ...], float], NDArray[np.uint8]] = {}

    def keep(self, key: Hashable, shape: tuple[int, ...], p: float) -> NDArray[np.bool_]:
        """Which elements a dropout keeps, of `shape`.

        Args:
            key: What the framework's own generator gave at this dropout. Recomputation puts that
                generator back, so the same key comes again and gets the same mask.
            shape: Of the mask: the input's, with 1 in place of axes that are dropped as a whole.
            p: The probability of dropping, above 0 and below 1.
        """
        size = int(np.prod(shape))
        known = self._known.get((key, shape, p))
        if known is None:
            mask = self._draw(shape) >= np.float32(p)
            self._known[key, shape, p] = np.packbits(mask)
            return mask
        return np.unpackbits(known, count=size).astype(np.bool_).reshape(shape)
