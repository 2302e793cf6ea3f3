"""The user's two loss functions, compared like a layer of its own behind the model.

Of recorded runs the losses are not known, but what they handed to the models is: the gradients that
reached the outputs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from padiff.aligning.nodes import LOSS, LayerT, Node

if TYPE_CHECKING:
    from padiff.aligning.comparison import Comparison, Gauge
    from padiff.aligning.targets import Watched
    from padiff.capture.recording import Recorded, Recording
    from padiff.capture.store import Loadable
    from padiff.protocols import Array
    from padiff.report.units import Phase

__all__ = ["loss_nodes", "recorded_loss"]


def loss_nodes(
    recording: Recording, loss: Array | None, root: Watched, nodes: Sequence[Node], gauge: Gauge
) -> Iterator[Node]:
    """What the loss functions produce: going forward the loss, going backward the outputs' gradients.

    A gradient that only one side has is left to the model, whose output may be detached.

    Args:
        recording: Base's run.
        loss: Raw's loss, computed from outputs that agree.
        root: The two models.
        nodes: The backward phase.
        gauge: Measures.
    """
    if recording.loss is None or loss is None:
        return
    called = [node for node in nodes if node.watched is root]
    recorded = recording.calls.get((called[0].key, called[0].call)) if called else None
    scale = _scale(recorded) if recorded else None
    found = gauge.compare(
        "loss", ("", ""), recording.loss.reshape(()), loss.reshape(()), scale=scale
    )
    yield _node(root, "forward", [found])
    if handed := _handed(called):
        yield _node(root, "backward", handed)


def recorded_loss(
    root: LayerT, nodes: Sequence[Node[LayerT]], *, compound: bool
) -> Iterator[Node[LayerT]]:
    """What the losses of two recorded runs handed to the models.

    A loss may hand on more than reaches the outputs, if it depends on derivatives of them. Where the
    gradients of the outputs agree then and those of the first layer behind do not, it is either.

    Args:
        root: The two models.
        nodes: The backward phase, its verdicts settled.
        compound: Whether the outputs' gradients are not all that the backward pass began with.
    """
    produced = _handed(node for node in nodes if node.watched is root)
    if compound and all(comparison.agrees for comparison in produced):
        produced += _first_reached(nodes)
    if produced:
        yield _node(root, "backward", produced)


def _handed(called: Iterable[Node[LayerT]]) -> list[Comparison]:
    """What reached the models' outputs, call by call going backward.

    A call may be handed what another returned: behind one that differs, gradients say nothing of a loss.
    """
    found: list[Comparison] = []
    for node in called:
        found += [comparison for comparison in node.received if comparison.measured is not None]
        if not node.clean:
            break
    return found


def _first_reached(nodes: Iterable[Node[LayerT]]) -> list[Comparison]:
    """What differs of what the first layer hands on that the backward pass reached."""
    leaves = [node for root in nodes for _, node in root.walk() if node.leaf and node.produced]
    mine = (node for node in leaves if node.watched is leaves[0].watched)
    return [c for node in mine for c in node.produced if not c.agrees]


def _node(root: LayerT, phase: Phase, produced: list[Comparison]) -> Node[LayerT]:
    return Node(root, phase, LOSS, 0, "", leaf=True, received=[], produced=produced)


def _scale(recorded: Recorded) -> float | None:
    """How large the terms of the loss are, which may all but cancel: the sum of |gradient * output|."""
    terms = [
        np.vdot(_absolute(gradient), _absolute(recorded.outputs[slot])).item()
        for slot, gradient in recorded.output_gradients.items()
    ]
    total = float(sum(terms))
    return total if terms and math.isfinite(total) else None


def _absolute(stored: Loadable) -> Array:
    return np.abs(stored.load()).astype(np.float64)
