"""An origin with all that may explain it: what the lint says, and hints that were tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from padiff.aligning.experiments import try_hints
from padiff.aligning.results import make_origin
from padiff.aligning.sketched import SketchedStep

if TYPE_CHECKING:
    from padiff.aligning.nodes import Node
    from padiff.aligning.step import Step
    from padiff.linting.finding import Finding
    from padiff.report.alignment import Origin

__all__ = ["concerning", "explain"]


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


def concerning(node: Node, findings: Sequence[Finding]) -> list[Finding]:
    """The findings about a layer, and about those within it."""
    return [f for f in findings if _within(f.base_path, node.watched.base.path)]


def _within(path: str, above: str) -> bool:
    return path == above or not above or path.startswith(above + ".")
