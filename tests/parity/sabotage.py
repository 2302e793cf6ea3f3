"""What can go wrong with the tensors of one unit, as functions on its canonical views."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import TypeAlias

from padiff.kind import Kind

from .cases import Array

Views: TypeAlias = dict[str, Array]
Spoil: TypeAlias = Callable[[Views], None]


def in_values(kind: Kind, views: Views) -> Iterator[tuple[str, Spoil]]:
    """Ways to spoil the values of canonical tensors in place, each with a name for it."""
    names = [name for name in views if not is_bookkeeping(kind, name)]
    for name in names:
        yield f"left out: {name}", left_out(name)
        for one, other in combinations(range(gates(kind, name)), 2):
            yield (
                f"gates {one} and {other}: {name}",
                gates_swapped(name, gates(kind, name), one, other),
            )
        for one, other in equal_axes(views[name]):
            yield f"axes {one} and {other}: {name}", axes_swapped(name, one, other)
    for name, other_name in combinations(names, 2):
        if views[name].shape == views[other_name].shape:
            yield f"exchanged: {name} and {other_name}", values_exchanged(name, other_name)


def in_layout(views: Views) -> Iterator[tuple[str, Spoil]]:
    """Ways in which a layout could return the wrong views, each with a name for it."""
    for name, view in views.items():
        yield f"left out: {name}", dropped(name)
        if view.ndim == 2:
            yield f"transposed: {name}", transposed(name)
    for name, other in combinations(views, 2):
        if views[name].shape == views[other].shape:
            yield f"exchanged: {name} and {other}", views_exchanged(name, other)


def is_bookkeeping(kind: Kind, name: str) -> bool:
    """Whether no output depends on the tensor, by its declaration."""
    declared = kind.find(name)
    return declared is not None and declared.bookkeeping


def gates(kind: Kind, name: str) -> int:
    """How many gates are stacked along the first axis."""
    declared = kind.find(name)
    stacked = re.match(r"(\d+)\*", declared.shape) if declared else None
    return int(stacked[1]) if stacked else 1


def equal_axes(view: Array) -> Iterator[tuple[int, int]]:
    """Pairs of axes of one size, which a wrong order could exchange unseen by any shape."""
    return (
        pair
        for pair in combinations(range(view.ndim), 2)
        if len({view.shape[i] for i in pair}) == 1
    )


def left_out(name: str) -> Spoil:
    """Other values than base's, as if the tensor had not been copied; a variance stays positive."""

    def spoil(views: Views) -> None:
        views[name][...] = views[name] * 1.5 + 0.3

    return spoil


def gates_swapped(name: str, count: int, one: int, other: int) -> Spoil:
    def spoil(views: Views) -> None:
        view = views[name]
        stacked = view.reshape(count, -1, *view.shape[1:]).copy()
        stacked[[one, other]] = stacked[[other, one]]
        view[...] = stacked.reshape(view.shape)

    return spoil


def axes_swapped(name: str, one: int, other: int) -> Spoil:
    def spoil(views: Views) -> None:
        views[name][...] = views[name].swapaxes(one, other).copy()

    return spoil


def values_exchanged(name: str, other: str) -> Spoil:
    def spoil(views: Views) -> None:
        views[name][...], views[other][...] = views[other].copy(), views[name].copy()

    return spoil


def dropped(name: str) -> Spoil:
    def spoil(views: Views) -> None:
        del views[name]

    return spoil


def transposed(name: str) -> Spoil:
    def spoil(views: Views) -> None:
        views[name] = views[name].T

    return spoil


def views_exchanged(name: str, other: str) -> Spoil:
    def spoil(views: Views) -> None:
        views[name], views[other] = views[other], views[name]

    return spoil
