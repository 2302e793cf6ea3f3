"""A difference between two layers, what the lint says of it, and the layer that follows its advice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from .findings import lines

__all__ = ["Difference", "each", "found", "left"]

Build = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two layers that are configured differently."""

    name: str
    base: Build
    raw: Build
    line: str
    """The one finding, in full."""
    cured: Build | None = None
    """Raw with what the finding says to write; None where nothing can be written."""


def each(differences: Sequence[Difference]) -> pytest.MarkDecorator:
    """One test for each of them."""
    return pytest.mark.parametrize("difference", differences, ids=lambda each: each.name)


def in_eval(build: Build) -> Any:
    """A new module in eval(), where the two frameworks agree about running statistics."""
    module = build()
    module.eval()
    return module


def found(difference: Difference) -> list[str]:
    """What the lint says of the two."""
    return lines(in_eval(difference.base), in_eval(difference.raw))


def left(difference: Difference) -> list[str]:
    """What it says where its advice is followed; nothing is said where nothing can be written."""
    return lines(in_eval(difference.base), in_eval(difference.cured)) if difference.cured else []
