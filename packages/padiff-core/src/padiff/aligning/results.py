"""From nodes of comparisons to the frozen report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from padiff.aligning.comparison import Comparison
from padiff.aligning.nodes import LOSS, LayerT, Node
from padiff.compare.metrics import Metrics
from padiff.compare.verdict import Verdict
from padiff.report.alignment import Origin
from padiff.report.units import TensorResult, UnitResult

if TYPE_CHECKING:
    from padiff.compare.hints import Hint
    from padiff.linting.finding import Finding

__all__ = ["concerning", "make_origin", "unit_results", "worst_of"]


def unit_results(
    step: int, roots: Sequence[Node[LayerT]], origins: Sequence[Node[LayerT]]
) -> Iterator[UnitResult]:
    """Every node of one step as a result, in the order of time."""
    marked = {id(node) for node in origins}
    for root in roots:
        for depth, node in root.walk():
            yield _unit_result(step, depth, node, is_origin=id(node) in marked)


def _unit_result(step: int, depth: int, node: Node[LayerT], *, is_origin: bool) -> UnitResult:
    watched = node.watched
    return UnitResult(
        base_path=watched.base_path,
        raw_path=watched.raw_path,
        base_class=watched.base_class,
        raw_class=watched.raw_class,
        kind=node.kind,
        phase=node.phase,
        step=step,
        call=node.call,
        depth=depth,
        received=tuple(map(_tensor_result, node.received)),
        produced=tuple(map(_tensor_result, node.produced)),
        source=node.source,
        is_origin=is_origin,
        leaf=node.leaf,
        fed=node.fed,
    )


def _tensor_result(comparison: Comparison) -> TensorResult:
    return TensorResult(
        comparison.name,
        comparison.verdict,
        comparison.measured,
        comparison.note,
        comparison.floor,
        comparison.base_path,
        comparison.raw_path,
        comparison.default,
        is_weight=comparison.is_weight,
    )


def worst_of(comparisons: Sequence[Comparison]) -> Comparison | None:
    """The comparison that disagrees most; None if all agree."""
    bad = [comparison for comparison in comparisons if not comparison.agrees]
    return max(bad, key=_error, default=None)


def _error(comparison: Comparison) -> float:
    measured = comparison.measured
    return measured.max_abs if isinstance(measured, Metrics) else float("inf")


def make_origin(
    step: int, node: Node[LayerT], findings: Sequence[Finding], hints: Sequence[Hint]
) -> Origin:
    """An origin, as reported."""
    first = node.between()
    worst = (
        worst_of(first.received if first else node.produced)
        or worst_of(node.produced)
        or worst_of(node.received)
    )
    verdict = worst.verdict if worst else None
    watched = node.watched
    return Origin(
        base_path=watched.base_path,
        raw_path=watched.raw_path,
        base_class=watched.base_class,
        raw_class=watched.raw_class,
        phase=node.phase,
        step=step,
        call=node.call,
        metrics=worst.measured if worst else None,
        verdict=Verdict.WRONG if verdict is None else verdict,
        what=worst.name if worst else "",
        source=node.source,
        findings=tuple(findings),
        hints=tuple(hints),
        between=_between(node, first) if first else None,
    )


def _between(node: Node[LayerT], first: Node[LayerT]) -> tuple[str, str]:
    """For a fault in the code around layers: the last layer that agrees, the first that does not."""
    index = node.children.index(first)
    previous = node.children[index - 1].watched.base_path if index else ""
    return previous, first.watched.base_path


def concerning(node: Node[LayerT], findings: Sequence[Finding]) -> list[Finding]:
    """The findings about a layer, and about those within it; none about the loss functions."""
    if node.key == LOSS:
        return []
    return [f for f in findings if _within(f.base_path, node.watched.base_path)]


def _within(path: str, above: str) -> bool:
    return path == above or not above or path.startswith(above + ".")
