"""What random numbers a model would draw next."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from padiff.protocols import Restore

__all__ = ["GeneratorState", "RandomState", "generator_kept", "random_state"]

GeneratorState: TypeAlias = tuple[Hashable, Restore]
"""One generator: what tells its state from others, and a function that puts the state back."""


@dataclass(frozen=True, slots=True)
class RandomState:
    """Equal for two looks between which nothing was drawn."""

    fingerprints: tuple[Hashable, ...]
    """Of all generators."""
    _restores: tuple[Restore, ...] = field(compare=False, repr=False)

    def restore(self) -> None:
        """Let every generator draw the same once more."""
        for restore in self._restores:
            restore()


def random_state(framework: Iterable[GeneratorState]) -> RandomState:
    """The state of Python's and NumPy's global generators, and of those of a framework."""
    fingerprints, restores = zip(*_python_and_numpy(), *framework, strict=True)
    return RandomState(fingerprints, restores)


def generator_kept(value: object) -> Restore | None:
    """How to put back the state of a generator of somebody's own; None of what is none.

    Those of NumPy and Python, and of frameworks, which name the methods as NumPy's older one does.
    """
    if isinstance(value, np.random.Generator):
        bits = value.bit_generator
        state = bits.state
        return lambda: setattr(bits, "state", state)
    if isinstance(value, random.Random):
        return partial(value.setstate, value.getstate())
    generator: Any = value
    if type(value).__name__ not in ("Generator", "RandomState") or not hasattr(value, "set_state"):
        return None
    return partial(generator.set_state, generator.get_state())


def _python_and_numpy() -> Iterator[GeneratorState]:
    python = random.getstate()
    yield python, lambda: random.setstate(python)
    numpy = np.random.get_state(legacy=True)  # noqa: NPY002 - models draw from it
    name, words, *rest = numpy
    yield (name, np.asarray(words).tobytes(), *rest), lambda: np.random.set_state(numpy)  # noqa: NPY002
