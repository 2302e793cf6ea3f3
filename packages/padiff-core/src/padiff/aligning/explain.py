"""An origin with all that may explain it: what the lint says, and hints that were tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from padiff.aligning.experiments import described, try_hints, weights_apart
from padiff.aligning.results import concerning, make_origin
from padiff.aligning.sketched import SketchedStep

if TYPE_CHECKING:
    from padiff.aligning.nodes import Node
    from padiff.aligning.step import Step
    from padiff.linting.finding import Finding
    from padiff.report.alignment import Origin

__all__ = ["explain", "notes_on"]


def explain(
    number: int, node: Node, step: Step | SketchedStep, findings: Sequence[Finding]
) -> Origin:
    """The report's origin for a node.

    Args:
        number: The step.
        node: Where the difference arises.
        step: The step's run, whose recording is still there.
        findings: Everything the lint found.
    """
    hints = () if isinstance(step, SketchedStep) else try_hints(node, step, findings)
    return make_origin(number, node, concerning(node, findings), hints)


def notes_on(node: Node, step: Step | SketchedStep) -> Iterator[str]:
    """What is known of an origin that is no hint: with a recorded raw nothing can be tried."""
    pair = node.watched.pair
    if (
        isinstance(step, SketchedStep)
        or step.runs.raw.live
        or pair is None
        or node.phase == "update"
    ):
        return
    if names := weights_apart(pair):
        found = described(pair, names, step).text.removesuffix("; with base's they agree")
        yield f"At {pair.base.path or '(root)'} the weights differed before the step: {found}."
