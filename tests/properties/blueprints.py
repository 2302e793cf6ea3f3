"""Models as data: drawn by hypothesis, built in either framework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hypothesis import strategies as st

__all__ = [
    "Blueprint",
    "Group",
    "Kind",
    "Leaf",
    "Noise",
    "Part",
    "Style",
    "blueprints",
    "layers",
    "leaves",
]

Kind: TypeAlias = Literal[
    "linear",
    "conv",
    "batch_norm",
    "layer_norm",
    "group_norm",
    "lstm",
    "both_ways",
    "attention",
    "scale",
    "twice",
    "tied",
    "embedding",
]
Style: TypeAlias = Literal["sequential", "block", "hidden"]

KEEPING: tuple[Kind, ...] = (
    *("batch_norm", "layer_norm", "group_norm", "attention", "scale", "twice", "tied"),
)
"""Kinds whose output has as many features as their input."""
CHANGING: tuple[Kind, ...] = ("linear", "conv", "lstm", "both_ways")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A layer from `(batch, inside)` to `(batch, outside)`."""

    kind: Kind
    inside: int
    outside: int
    bias: bool = True


@dataclass(frozen=True, slots=True)
class Noise:
    """A module that computes nothing in evaluation, and that only one side has."""

    kind: Literal["dropout", "identity"]


@dataclass(frozen=True, slots=True)
class Group:
    """Parts one after the other: in a Sequential, as named attributes, or in a plain list."""

    style: Style
    parts: tuple[Part, ...]


Part: TypeAlias = "Leaf | Noise | Group"


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One network, as base has it and as raw has it."""

    base: Group
    raw: Group
    inside: int
    rows: int
    """Rows of an embedding before everything else; 0 for none."""
    renamed: bool = False
    """Whether raw's modules have other names."""


def layers(blueprint: Blueprint) -> list[Leaf]:
    """Base's layers in definition order, the embedding first."""
    words = [Leaf("embedding", blueprint.rows, blueprint.inside)] if blueprint.rows else []
    return [*words, *leaves(blueprint.base)]


def leaves(part: Part) -> Iterator[Leaf]:
    """The layers in definition order."""
    if isinstance(part, Leaf):
        yield part
    elif isinstance(part, Group):
        for inner in part.parts:
            yield from leaves(inner)


_FEATURES = st.sampled_from([2, 4, 6])
_STYLES: st.SearchStrategy[Style] = st.sampled_from(["sequential", "block", "hidden"])


@st.composite
def _leaf(draw: st.DrawFn, inside: int) -> Leaf:
    kind = draw(st.sampled_from([*KEEPING, *CHANGING]))
    bias = draw(st.booleans())
    if kind in KEEPING:
        return Leaf(kind, inside, inside, bias)
    return Leaf(kind, inside, draw(_FEATURES), bias)


def _outside(part: Part, inside: int) -> int:
    return [inside, *(leaf.outside for leaf in leaves(part))][-1]


@st.composite
def _group(draw: st.DrawFn, inside: int, depth: int) -> Group:
    style = draw(_STYLES)
    parts: list[Part] = []
    for _ in range(draw(st.integers(1, 3))):
        nested = depth and draw(st.integers(0, 2)) == 0
        part: Part = draw(_group(inside, depth - 1)) if nested else draw(_leaf(inside))
        parts.append(part)
        inside = _outside(part, inside)
    return Group(style, tuple(parts))


@st.composite
def _with_noise(draw: st.DrawFn, part: Part) -> Part:
    """The same part with modules in between that have no tensors."""
    if not isinstance(part, Group):
        return part
    parts: list[Part] = []
    for inner in part.parts:
        if draw(st.integers(0, 3)) == 0:
            parts.append(Noise(draw(st.sampled_from(["dropout", "identity"]))))
        parts.append(draw(_with_noise(inner)))
    return Group(part.style, tuple(parts))


@st.composite
def blueprints(draw: st.DrawFn) -> Blueprint:
    """Networks with one to a dozen layers, and noise on either side alone."""
    inside = draw(_FEATURES)
    group = draw(_group(inside, depth=2))
    base, raw = draw(_with_noise(group)), draw(_with_noise(group))
    assert isinstance(base, Group)
    assert isinstance(raw, Group)
    return Blueprint(base, raw, inside, draw(st.sampled_from([0, 5])), draw(st.booleans()))
