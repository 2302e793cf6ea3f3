"""The user's two loss functions, compared like a layer of its own behind the model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from padiff.aligning.nodes import LOSS, Node

if TYPE_CHECKING:
    from padiff.aligning.comparison import Comparison, Gauge
    from padiff.aligning.targets import Watched
    from padiff.capture.recording import Recorded, Recording
    from padiff.capture.store import Loadable
    from padiff.protocols import Array
    from padiff.report.alignment import Phase

__all__ = ["loss_nodes"]


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
    if handed := [c for node in called for c in node.received if c.measured is not None]:
        yield _node(root, "backward", handed)


def _node(root: Watched, phase: Phase, produced: list[Comparison]) -> Node:
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
