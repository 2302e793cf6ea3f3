"""Hints: hypotheses about an origin, each given only if it was tried and removes the difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padiff.align.nodes import Node
    from padiff.align.step import Step
    from padiff.compare.hints import Hint
    from padiff.linting.finding import Finding

__all__ = ["try_hints"]


def try_hints(node: Node, step: Step, findings: Sequence[Finding]) -> tuple[Hint, ...]:
    """Every hypothesis that explains an origin."""
    del node, step, findings
    return ()
