"""What was compared in one phase, as a tree in the order of time.

In each phase a layer *receives* something and *produces* something: inputs and outputs going forward;
the gradients of its outputs, and those of its inputs and parameters, going backward; gradients, and
new weights, when the optimizer steps. Where a fault is, is the same question in all three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from padiff.aligning.comparer import ComparedCall
    from padiff.aligning.comparison import Comparison
    from padiff.aligning.targets import Watched
    from padiff.capture.observer import Call
    from padiff.report.alignment import Phase

__all__ = [
    "Node",
    "NodeMaker",
    "backward_node",
    "discount",
    "find_origins",
    "forward_node",
    "update_node",
    "update_origins",
]

NodeMaker: TypeAlias = "Callable[[Call, dict[tuple[int, int], ComparedCall]], Node | None]"


@dataclass(eq=False, slots=True)
class Node:
    """A layer in one phase of one step."""

    watched: Watched
    phase: Phase
    key: int
    """Of the sequence of calls it belongs to; -1 for a layer whose call was not seen."""
    call: int
    source: str
    leaf: bool
    received: list[Comparison]
    produced: list[Comparison]
    children: list[Node] = field(default_factory=list)

    @property
    def received_agrees(self) -> bool:
        """Whether nothing it received differs."""
        return all(comparison.agrees for comparison in self.received)

    @property
    def produced_agrees(self) -> bool:
        """Whether nothing it produced differs."""
        return all(comparison.agrees for comparison in self.produced)

    @property
    def comparisons(self) -> Iterator[Comparison]:
        """Everything compared at this node itself."""
        yield from self.received
        yield from self.produced

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """This node and all below it with their depths, in the order of time."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)

    def between(self) -> Node | None:
        """The first layer within that received something else, although none before it differs."""
        for child in self.children:
            if child.clean:
                continue
            return None if child.received_agrees else child
        return None

    @property
    def clean(self) -> bool:
        """Whether nothing at or below it that was produced differs."""
        return self.produced_agrees and all(child.clean for child in self.children)


def forward_node(call: Call, compared: dict[tuple[int, int], ComparedCall]) -> Node | None:
    """The forward phase of a call and of the calls within it; None if base did not make it."""
    mine = compared.get(call.identity)
    if mine is None:
        return None
    node = Node(
        mine.watched,
        "forward",
        call.key,
        call.number,
        call.source,
        call.leaf,
        mine.values["input"],
        mine.values["output"],
    )
    node.children = _children(call, compared, forward_node)
    return node


def discount(node: Node, *, counts: bool = True) -> Iterator[Node]:
    """Set aside what containers return, where it makes no difference to anything that follows.

    Two containers of one path need not draw the line between themselves and the code around them at
    the same place: one may add the residual, the other leave that to its caller. If the layer that
    follows receives the same all the same, the models agree there.

    Args:
        node: Where to begin.
        counts: Whether what it returns itself counts: the outermost model's does.

    Yields:
        The containers whose comparisons were set aside.
    """
    for index, child in enumerate(node.children):
        followers = _followers(node.children[index + 1 :])
        matters = (
            any(not follower.received_agrees for follower in followers)
            if followers
            else counts and not node.produced_agrees
        )
        if not (matters or child.leaf or child.produced_agrees):
            for comparison in child.produced:
                comparison.set_aside("it differs, and makes no difference to what follows")
            yield child
        yield from discount(child, counts=matters)


def _followers(later: Sequence[Node]) -> list[Node]:
    """The next node, and the next leaf, of which it is known what they received."""
    known = [node for node in later if node.received][:1]
    return known + list(_leaves(later))[:1]


def _leaves(nodes: Sequence[Node]) -> Iterator[Node]:
    """The leaves at or below some nodes of which it is known what they received, in order."""
    for node in nodes:
        if node.leaf and node.received:
            yield node
        yield from _leaves(node.children)


def backward_node(call: Call, compared: dict[tuple[int, int], ComparedCall]) -> Node | None:
    """The backward phase: the calls within come in reverse."""
    mine = compared.get(call.identity)
    if mine is None:
        return None
    node = Node(
        mine.watched,
        "backward",
        call.key,
        call.number,
        call.source,
        call.leaf,
        mine.gradients["output"],
        list(mine.gradients["input"]),
    )
    node.children = _children(call, compared, backward_node)[::-1]
    return node


def _children(
    call: Call, compared: dict[tuple[int, int], ComparedCall], make: NodeMaker
) -> list[Node]:
    """Nodes of the calls within; those base did not make are replaced by what is within them."""
    result: list[Node] = []
    for child in call.children:
        node = make(child, compared)
        result += [node] if node else _children(child, compared, make)
    return result


def update_node(watched: Watched, received: list[Comparison], produced: list[Comparison]) -> Node:
    """The update phase of one layer."""
    return Node(watched, "update", -1, 0, "", leaf=True, received=received, produced=produced)


def find_origins(nodes: Sequence[Node], *, every: bool) -> list[Node]:
    """Where differences arise among nodes in the order of time.

    A layer is an origin if what it received agrees and what it produced does not, and no layer
    within it explains that. If a layer within received something that differs, although all before
    it agrees, the fault is in the code of the layer around it.

    Args:
        nodes: Top-level nodes.
        every: Look on behind the first, for runs in which each layer was fed what base's had.
    """
    found: list[Node] = []
    for node in nodes:
        if not node.received_agrees and not every:
            break
        found += _origins_in(node, every=every)
        if found and not every:
            break
    return found


def _origins_in(node: Node, *, every: bool) -> list[Node]:
    found: list[Node] = []
    around = tainted = False
    for child in node.children:
        if child.clean:
            continue  # whatever it received (another mask, another flag), it did not matter
        if not child.received_agrees:
            around = around or (node.received_agrees and not tainted)
            if not every:
                break
            continue
        tainted = tainted or not (child.leaf or child.produced_agrees)  # only leaves are fed
        found += _origins_in(child, every=every)
        if found and not every:
            return found
    if around or (not found and node.received_agrees and not node.produced_agrees):
        found.insert(0, node)
    return found


def update_origins(nodes: Sequence[Node], root: Watched) -> list[Node]:
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
    whole = Node(root, "update", -1, 0, "", leaf=True, received=[], produced=weights)
    return [whole, *(node for node in found if node not in wrong)]
