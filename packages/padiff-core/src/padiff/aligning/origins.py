"""Where differences arise, among the nodes of one step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from padiff.aligning.nodes import UNSEEN, LayerT, Node

if TYPE_CHECKING:
    from padiff.report.units import Phase

__all__ = ["held_origins", "is_clean", "step_origins"]


def is_clean(roots: Iterable[Node[LayerT]]) -> bool:
    """Whether nothing that was compared differs."""
    return all(root.clean and root.received_agrees for root in roots)


def step_origins(
    roots: Sequence[Node[LayerT]], model: LayerT, *, every: bool
) -> list[Node[LayerT]]:
    """Where the differences of one step arise; never empty if the step is not clean.

    Args:
        roots: Top-level nodes of every phase that was compared, in the order of time.
        model: The two models themselves.
        every: Look on behind the first, for runs in which each layer was fed what base's had.
    """
    forward, backward, update = (_in(roots, p) for p in ("forward", "backward", "update"))
    found = _find_origins(forward, every=every)
    if every or not found:
        agreed = {
            (node.key, node.call)
            for root in forward
            for _, node in root.walk()
            if node.clean and node.received_agrees
        }
        later = _find_origins(backward, every=every)
        found += [n for n in later if n.key == UNSEEN or not forward or (n.key, n.call) in agreed]
    found = found or _update_origins(update, model)
    found += held_origins(roots)
    return found or ([] if is_clean(roots) else [_first_unclean(roots)])


def held_origins(roots: Iterable[Node[LayerT]]) -> list[Node[LayerT]]:
    """Where what two models hold differs: each layer by itself."""
    held = (root for root in roots if root.phase in ("weights", "gradients"))
    return [root for root in held if not root.produced_agrees]


def _in(roots: Iterable[Node[LayerT]], phase: Phase) -> list[Node[LayerT]]:
    return [node for node in roots if node.phase == phase]


def _first_unclean(roots: Iterable[Node[LayerT]]) -> Node[LayerT]:
    nodes = (node for root in roots for _, node in root.walk())
    return next(n for n in nodes if not (n.received_agrees and n.produced_agrees))


def _find_origins(nodes: Sequence[Node[LayerT]], *, every: bool) -> list[Node[LayerT]]:
    """Where differences arise among nodes in the order of time.

    A layer is an origin if what it received agrees and what it produced does not, and no layer
    within it explains that. If a layer within received something that differs, although all before
    it agrees, the fault is in the code of the layer around it.

    Args:
        nodes: Top-level nodes.
        every: Look on behind the first, for runs in which each layer was fed what base's had.
    """
    found: list[Node[LayerT]] = []
    for node in nodes:
        if not node.received_agrees and not every:
            break
        found += _origins_in(node, every=every)
        if found and not every:
            break
    return found


def _origins_in(node: Node[LayerT], *, every: bool, tainted: bool = False) -> list[Node[LayerT]]:
    """The origins at or below a node; what it received agrees, or it was fed what base's had.

    Args:
        node: The node.
        every: See `_find_origins`.
        tainted: Whether something before it differs that what is below may have received.
    """
    found: list[Node[LayerT]] = []
    around = False
    for child in node.children:
        if child.clean:
            continue  # whatever it received (another mask, another flag), it did not matter
        if not child.received_agrees:
            around = around or not tainted
            if not every:
                break
            if not child.fed:
                continue
        found += _origins_in(child, every=every, tainted=tainted)
        # Of a leaf, base's outputs were handed on going forward; going backward, what it hands on is
        # what the next receives, and a container around that sees what it was fed instead.
        fed = child.leaf and node.phase == "forward"
        tainted = tainted or not (child.produced_agrees or fed)
        if found and not every:
            return found
    if around or not (found or node.produced_agrees):
        found.insert(0, node)
    return found


def _update_origins(nodes: Sequence[Node[LayerT]], model: LayerT) -> list[Node[LayerT]]:
    """Where weights or buffers part although all before agrees.

    Layers that differ one by one are origins each. If at least half of those an optimizer stepped
    differ, it is the optimizer, and the one origin is the model.
    """
    found = [node for node in nodes if not node.produced_agrees]
    stepped = [node for node in nodes if any(c.is_weight for c in node.produced)]
    wrong = [node for node in stepped if any(c.is_weight and not c.agrees for c in node.produced)]
    if len(stepped) < 2 or 2 * len(wrong) < len(stepped):
        return found
    weights = [c for node in wrong for c in node.produced if c.is_weight]
    whole = Node(model, "update", UNSEEN, 0, "", leaf=True, received=[], produced=weights)
    return [whole, *(node for node in found if node not in wrong)]
