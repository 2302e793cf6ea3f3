"""Inputs of the cases: each function returns what `Case.inputs` wants."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from .case import Array, Arrays, Dtype

Shape: TypeAlias = tuple[int, ...]
Draw: TypeAlias = Callable[[Generator, Dtype], Array]
Inputs: TypeAlias = Callable[[Generator, Dtype], Arrays]


def named(**draws: Draw) -> Inputs:
    """Draw each input by its name, in this order."""
    return lambda rng, dtype: {name: draw(rng, dtype) for name, draw in draws.items()}


def normals(**shapes: Shape) -> Inputs:
    """Standard normal inputs of these shapes."""
    return named(**{name: normal(*shape) for name, shape in shapes.items()})


def normal(*shape: int) -> Draw:
    """Standard normal values."""
    return lambda rng, dtype: rng.standard_normal(shape).astype(dtype)


def uniform(*shape: int) -> Draw:
    """Values strictly between 0 and 1."""
    return lambda rng, dtype: rng.uniform(0.05, 0.95, shape).astype(dtype)


def bits(*shape: int) -> Draw:
    """Zeros and ones, as floating values."""
    return lambda rng, dtype: rng.integers(0, 2, shape).astype(dtype)


def indices(count: int, *shape: int) -> Draw:
    """Integers below `count`; every one of them occurs when `shape` has room."""

    def draw(rng: Generator, _: Dtype) -> Array:
        size = prod(shape)
        return rng.permutation(max(count, size))[:size].reshape(shape) % count

    return draw


def causal(rows: int, columns: int) -> Draw:
    """A boolean mask in torch's sense, where True is masked: no row looks ahead."""
    return lambda _rng, _dtype: np.triu(np.ones((rows, columns), dtype=np.bool_), 1)


def causal_float(rows: int, columns: int) -> Draw:
    """The same mask as numbers to add to the scores."""
    return lambda _rng, dtype: np.triu(np.full((rows, columns), -np.inf), 1).astype(dtype)
