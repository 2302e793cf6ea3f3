"""What was compared in one phase, as a tree in the order of time.

In each phase a layer *receives* something and *produces* something: inputs and outputs going forward;
the gradients of its outputs, and those of its inputs and parameters, going backward; gradients, and
new weights, when the optimizer steps. Where a fault is, is the same question in all three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeAlias

from typing_extensions import TypeVar

if TYPE_CHECKING:
    from padiff.aligning.comparer import ComparedCall
    from padiff.aligning.comparison import Comparison
    from padiff.aligning.targets import Watched
    from padiff.capture.observer import Call
    from padiff.report.units import Phase

__all__ = [
    "LOSS",
    "UNSEEN",
    "Layer",
    "Node",
    "NodeMaker",
    "backward_node",
    "forward_node",
    "update_node",
]


class Layer(Protocol):
    """Two layers that stand for each other: modules that were watched, or what was saved of them."""

    @property
    def base_path(self) -> str:
        """Dotted path on the base side."""

    @property
    def raw_path(self) -> str:
        """Dotted path on the raw side."""

    @property
    def base_class(self) -> str:
        """Base's class, by its bare name."""

    @property
    def raw_class(self) -> str:
        """Raw's class, by its bare name."""

    @property
    def kind(self) -> str:
        """The kind of the layer; empty for a container."""


LayerT = TypeVar("LayerT", bound=Layer, default="Watched")
NodeMaker: TypeAlias = "Callable[[Call, dict[tuple[int, int], ComparedCall]], Node | None]"


UNSEEN: Final = -1
LOSS: Final = -2


@dataclass(eq=False, slots=True)
class Node(Generic[LayerT]):
    """A layer in one phase of one step."""

    watched: LayerT
    phase: Phase
    key: int
    """Of the sequence of calls it belongs to; `UNSEEN` for a layer whose call was not seen, `LOSS` for the
    loss functions."""
    call: int
    source: str
    leaf: bool
    received: list[Comparison]
    produced: list[Comparison]
    children: list[Node[LayerT]] = field(default_factory=list)
    fed: bool = False
    """Whether base's gradients were handed on in place of those it received: where these differ shows
    nowhere else."""

    @property
    def kind(self) -> str:
        """The kind of the layer; empty for a container, `"loss"` for the loss functions."""
        return "loss" if self.key == LOSS else self.watched.kind

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

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node[LayerT]]]:
        """This node and all below it with their depths, in the order of time."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)

    def between(self) -> Node[LayerT] | None:
        """The first layer within that received something else, although none before it differs."""
        for child in self.children:
            if child.clean:
                continue
            return None if child.received_agrees else child
        return None

    @property
    def clean(self) -> bool:
        """Whether nothing at or below it that was produced differs, nor anything that was replaced."""
        mine = self.produced_agrees and (self.received_agrees or not self.fed)
        return mine and all(child.clean for child in self.children)


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
        fed=mine.fed,
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
    return Node(watched, "update", UNSEEN, 0, "", leaf=True, received=received, produced=produced)
