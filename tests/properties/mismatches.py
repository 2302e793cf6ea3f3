"""Pairs of trees that do not match: one layer of raw is not what it is in base."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeAlias

from hypothesis import strategies as st

from .blueprints import Blueprint, Group, Kind, Leaf, Part, blueprints, leaves

__all__ = ["Mismatch", "mismatches"]

Change: TypeAlias = Literal["removed", "resized", "of another kind", "one more", "without a bias"]
Mismatch: TypeAlias = tuple[Change, Blueprint]

_ANOTHER: dict[Kind, Kind] = {
    "linear": "conv",
    "conv": "linear",
    "batch_norm": "layer_norm",
    "layer_norm": "group_norm",
    "group_norm": "layer_norm",
    "lstm": "linear",
    "both_ways": "lstm",
    "attention": "linear",
    "scale": "layer_norm",
    "twice": "conv",
    "tied": "conv",
}
_WITH_BIAS = frozenset({"linear", "conv", "batch_norm", "layer_norm", "attention", "twice", "tied"})


@st.composite
def mismatches(draw: st.DrawFn) -> Mismatch:
    """A change, and a blueprint whose raw side has undergone it."""
    blueprint = draw(blueprints())
    found = list(leaves(blueprint.raw))
    number = draw(st.integers(0, len(found) - 1))
    leaf = found[number]
    changes: list[Change] = ["removed", "resized", "of another kind", "one more"]
    if leaf.bias and leaf.kind in _WITH_BIAS:
        changes.append("without a bias")
    change = draw(st.sampled_from(changes))
    extra: Leaf = draw(st.sampled_from(_extras(leaf.inside)))
    changed = _changed(blueprint.raw, number, lambda old: _CHANGES[change](old, extra))
    assert isinstance(changed, Group)
    return change, replace(blueprint, raw=changed)


def _extras(features: int) -> list[Leaf]:
    kinds: tuple[Kind, ...] = ("linear", "layer_norm", "batch_norm", "scale", "lstm")
    return [Leaf(kind, features, features) for kind in kinds]


_CHANGES: dict[Change, Callable[[Leaf, Leaf], tuple[Leaf, ...]]] = {
    "removed": lambda _, extra: (),  # noqa: ARG005 - all take both
    "resized": lambda old, _: (replace(old, inside=old.inside + 2, outside=old.outside + 2),),
    "of another kind": lambda old, _: (replace(old, kind=_ANOTHER[old.kind]),),
    "one more": lambda old, extra: (old, extra),
    "without a bias": lambda old, _: (replace(old, bias=False),),
}


def _changed(part: Part, number: int, change: Callable[[Leaf], tuple[Leaf, ...]]) -> Part:
    """The part with its n-th leaf changed."""
    if not isinstance(part, Group):
        return part
    parts: list[Part] = []
    for inner in part.parts:
        here = len(list(leaves(inner)))
        if isinstance(inner, Leaf) and number == 0:
            parts += change(inner)
        else:
            parts.append(_changed(inner, number, change) if 0 <= number < here else inner)
        number -= here
    return Group(part.style, tuple(parts))
