"""Containers whose differences do not count, because nothing that follows sees them.

Two containers of one path need not draw the line between themselves and the code around them at the
same place: one may add the residual, the other leave that to its caller. If the layer that follows
receives the same all the same, the models agree there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from padiff.aligning.nodes import LayerT, Node

__all__ = ["Identity", "set_aside_gradients", "set_aside_outputs"]

Identity: TypeAlias = tuple[int, int]
"""The key of a node, and the number of its call."""

_NO_MATTER = "it differs, and makes no difference to what follows"
_OTHER_LIMITS = "the two containers draw their limits differently"


def set_aside_outputs(forward: Iterable[Node[LayerT]]) -> set[Identity]:
    """Set aside what containers return, where it makes no difference to anything that follows.

    Args:
        forward: Top-level nodes of the forward phase.

    Returns:
        Which nodes' comparisons were set aside.
    """
    return {(node.key, node.call) for root in forward for node in _discount(root)}


def set_aside_gradients(backward: Iterable[Node[LayerT]], aside: set[Identity]) -> None:
    """Containers that were set aside going forward stay so going backward.

    What they hand on, that is: the gradients of parameters of their own count.
    """
    for _, node in (pair for root in backward for pair in root.walk()):
        if (node.key, node.call) in aside:
            for comparison in node.comparisons:
                if comparison.base_path == node.watched.base_path:  # no parameter's
                    comparison.set_aside(_OTHER_LIMITS)


def _discount(node: Node[LayerT], *, counts: bool = True) -> Iterator[Node[LayerT]]:
    """Below one node; `counts` is whether what it returns itself counts: the outermost model's does."""
    for index, child in enumerate(node.children):
        later = node.children[index + 1 :]
        # The next layer may be another branch: if nothing later explains what the node returns, this does.
        explains = counts and not node.produced_agrees and all(other.clean for other in later)
        matters = explains or any(not other.received_agrees for other in _followers(later))
        if not (matters or child.leaf or child.produced_agrees):
            for comparison in child.produced:
                comparison.set_aside(_NO_MATTER)
            yield child
        yield from _discount(child, counts=matters)


def _followers(later: Sequence[Node[LayerT]]) -> list[Node[LayerT]]:
    """The next node, and the next leaf, of which it is known what they received."""
    known = [node for node in later if node.received][:1]
    return known + list(_leaves(later))[:1]


def _leaves(nodes: Sequence[Node[LayerT]]) -> Iterator[Node[LayerT]]:
    """The leaves at or below some nodes of which it is known what they received, in order."""
    for node in nodes:
        if node.leaf and node.received:
            yield node
        yield from _leaves(node.children)
