"""The results of one step as nodes again, so that origins can be found among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from padiff.aligning.nodes import LOSS, UNSEEN, Node

if TYPE_CHECKING:
    from padiff.aligning.comparison import Comparison
    from padiff.report.units import TensorResult, UnitResult

__all__ = ["SavedNode", "saved_nodes"]

SavedNode: TypeAlias = "Node[UnitResult]"


def saved_nodes(
    units: Sequence[UnitResult], compared: Callable[[TensorResult], Comparison]
) -> list[SavedNode]:
    """Top-level nodes of one step, in the order of time.

    Args:
        units: The step's results, in the order of `padiff.aligning.results.unit_results`.
        compared: Makes a comparison of a tensor's result.
    """
    keys = _keys(units)
    roots: list[SavedNode] = []
    above: list[SavedNode] = []
    for unit in units:
        received, produced = (
            [compared(t) for t in side] for side in (unit.received, unit.produced)
        )
        node: SavedNode = Node(
            unit,
            unit.phase,
            _key(unit, keys),
            unit.call,
            unit.source,
            unit.leaf,
            received,
            produced,
            fed=unit.fed,
        )
        if above and above[0].phase != unit.phase:
            above.clear()
        del above[unit.depth :]
        (above[-1].children if above else roots).append(node)
        above.append(node)
    return roots


def _keys(units: Iterable[UnitResult]) -> dict[tuple[str, int], int]:
    """A number for every path whose calls were seen, by path and call."""
    numbers: dict[str, int] = {}
    seen = (unit for unit in units if unit.phase == "forward")
    return {(u.base_path, u.call): numbers.setdefault(u.base_path, len(numbers)) for u in seen}


def _key(unit: UnitResult, keys: dict[tuple[str, int], int]) -> int:
    if unit.kind == "loss":
        return LOSS
    return keys.get((unit.base_path, unit.call), UNSEEN)
