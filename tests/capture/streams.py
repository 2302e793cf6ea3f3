"""Streams of numbers that dropout masks are drawn from."""

from __future__ import annotations

import numpy as np

from padiff.protocols import Array

__all__ = ["Stream"]


class Stream:
    """A seeded stream that remembers what was asked of it."""

    def __init__(self, seed: int = 0) -> None:
        self._generator = np.random.default_rng(seed)
        self.shapes: list[tuple[int, ...]] = []
        self.numbers: list[Array] = []

    def __call__(self, shape: tuple[int, ...]) -> Array:
        self.shapes.append(shape)
        self.numbers.append(self._generator.random(shape, np.float32))
        return self.numbers[-1]

    @property
    def sizes(self) -> list[int]:
        """How many numbers were asked for, each time."""
        return [int(np.prod(shape)) for shape in self.shapes]
