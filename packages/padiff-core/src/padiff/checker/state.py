"""The weights and gradients of two models, from what was dumped of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from padiff.aligning.comparison import Gauge
from padiff.aligning.modules import module_rows
from padiff.aligning.nodes import UNSEEN, Node
from padiff.aligning.origins import held_origins
from padiff.aligning.results import make_origin, unit_results
from padiff.aligning.settings import describe, make_tolerances
from padiff.aligning.targets import watched_pair
from padiff.checker.config import Tolerated
from padiff.checker.gradients import compare_dumped_gradients
from padiff.checker.weights import compare_weights
from padiff.cut import pair_models
from padiff.defaults import registry
from padiff.ignoring import Ignore
from padiff.report.alignment import AlignmentReport
from padiff.trace.trace import Trace

if TYPE_CHECKING:
    from padiff.aligning.comparison import Comparison
    from padiff.pairing import Pair
    from padiff.report.units import Phase

__all__ = ["compare_states"]


def compare_states(
    base: Path,
    raw: Path,
    tolerated: Tolerated,
    *,
    weights: bool,
    gradients: bool,
) -> AlignmentReport:
    """Compare what two traces hold at their ends.

    Args:
        base: Base's trace.
        raw: Raw's trace.
        tolerated: How far tensors may be apart.
        weights: Whether to compare parameters and buffers.
        gradients: Whether to compare the parameters' gradients.

    Raises:
        PairingError: If layers cannot be paired.
    """
    traces = Trace(base), Trace(raw)
    for trace in traces:
        trace.go_to(len(trace.steps) - 1, updated=True)
    tolerances, _ = make_tolerances(None, **tolerated)
    proxies = traces[0].model(), traces[1].model()
    pairing, *cuts = pair_models(*proxies, registry, Ignore())
    gauge = Gauge(tolerances)
    nodes: list[Node] = []
    if weights:
        nodes += _nodes("weights", compare_weights(pairing, gauge))
    if gradients:
        nodes += _nodes("gradients", compare_dumped_gradients(pairing, gauge))
    origins = held_origins(nodes)
    modules = module_rows((proxies[0].handle(), proxies[1].handle()), (cuts[0], cuts[1]), pairing)
    return AlignmentReport(
        base=proxies[0].name,
        raw=proxies[1].name,
        base_framework=proxies[0].framework,
        raw_framework=proxies[1].framework,
        steps=1,
        origins=tuple(make_origin(0, node, (), ()) for node in origins),
        units=tuple(unit_results(0, nodes, origins)),
        tolerance=describe(tolerances, "never"),
        notes=tuple(_notes(traces)),
        base_modules=modules[0],
        raw_modules=modules[1],
    )


def _nodes(phase: Phase, compared: Iterable[tuple[Pair, list[Comparison]]]) -> Iterator[Node]:
    for pair, found in compared:
        yield Node(watched_pair(pair), phase, UNSEEN, 0, "", leaf=True, received=[], produced=found)


def _notes(traces: tuple[Trace, Trace]) -> Iterator[str]:
    for side, trace in zip(("base", "raw"), traces, strict=True):
        yield from (f"Of {side}, the trace holds {only}." for only in trace.index.limits)
