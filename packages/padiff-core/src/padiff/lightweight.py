"""Pairing modules without tensors among numbered siblings: the Dropout and GELU of a Sequential.

Such modules carry no weight, so no weight tells which stands for which; they are paired by number
where both sides have the same numbers. Where one side holds more of them than the other, only those
between the same two layers with tensors are paired, and only if both sides have as many of the kind:
a pair that is not certain would make the lint report differences that are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padiff.tree import Node

__all__ = ["pair_lightweight"]


def pair_lightweight(
    base: Mapping[str, Node], raw: Mapping[str, Node], heavy: Sequence[tuple[Node, Node]]
) -> Iterator[tuple[Node, Node]]:
    """Pairs of numbered siblings without tensors.

    Args:
        base: The numbered children on the base side, by name.
        raw: Those on the raw side.
        heavy: Those with tensors, as they are paired.
    """
    if base.keys() == raw.keys():
        yield from (
            (child, raw[name])
            for name, child in base.items()
            if _is_light(child) and _is_light(raw[name])
        )
        return
    if all(sum(not _is_light(c) for c in side.values()) == len(heavy) for side in (base, raw)):
        gaps = _gaps(base, {id(b) for b, _ in heavy}), _gaps(raw, {id(r) for _, r in heavy})
        for one, other in zip(*gaps, strict=True):
            yield from _by_kind(one, other)


def _is_light(node: Node) -> bool:
    return not any(node.units())


def _gaps(children: Mapping[str, Node], paired: set[int]) -> list[list[Node]]:
    """The light children before, between and after those that are paired."""
    gaps: list[list[Node]] = [[]]
    for child in children.values():
        if id(child) in paired:
            gaps.append([])
        else:
            gaps[-1].append(child)
    return gaps


def _by_kind(base: Sequence[Node], raw: Sequence[Node]) -> Iterator[tuple[Node, Node]]:
    kinds = dict.fromkeys(_kind(node) for node in base if _kind(node))
    for kind in kinds:
        ours, theirs = ([n for n in side if _kind(n) == kind] for side in (base, raw))
        if len(ours) == len(theirs):
            yield from zip(ours, theirs, strict=True)


def _kind(node: Node) -> str:
    return node.layout.kind_of({}).name if node.layout else ""
