"""Weights and gradients of a model as they are, written as a trace in which nothing is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from padiff.defaults import registry
from padiff.trace.index import StepEntry
from padiff.trace.keys import state_key
from padiff.trace.making import make_index
from padiff.trace.state import StateLog
from padiff.trace.tree import look_at

if TYPE_CHECKING:
    from padiff.lists import LayerLists
    from padiff.model import ProxyModel
    from padiff.protocols import Array
    from padiff.trace.tree import Tree
    from padiff.trace.writer import TraceWriter

__all__ = ["write_state"]

_Tensors: TypeAlias = "Iterator[tuple[str, int, Array]]"


def write_state(
    proxy: ProxyModel[Any],
    writer: TraceWriter,
    *,
    weights: bool,
    seen: Mapping[str, Array] | None,
    number: int,
    rank: int,
) -> None:
    """Write the current weights, gradients, or both.

    Args:
        proxy: The model. What its lists leave out is not written.
        writer: Where the trace goes.
        weights: Whether to write the weights.
        seen: What backward passes brought the parameters, by their path, in place of gradients that
            were cleared since; None if gradients are not to be written.
        number: Of the step.
        rank: Of the process.
    """
    tree = look_at(proxy, registry)
    log = StateLog(tree, lambda: tree, writer)
    keys = _keys(tree, proxy.lists)
    initial = log.moment(tree.values(keys)) if weights else {}
    gradients = {} if seen is None else log.moment(_gradients(tree, seen, keys))
    step = StepEntry(number=number, backward=bool(gradients), gradients=gradients)
    index = make_index(
        proxy, log, (), writer, (step,), rank=rank, limits=proxy.lists.limits, initial=initial
    )
    writer.finish(index)


def _keys(tree: Tree, lists: LayerLists) -> set[str]:
    """The tensors of layers that are not left out, as far as they have values."""
    return {
        state_key(number, state.name)
        for number, place in tree.distinct
        if lists.admits(place.entry.path)
        for state in place.entry.tensors
        if not state.defect
    }


def _gradients(tree: Tree, seen: Mapping[str, Array], keys: set[str]) -> _Tensors:
    """The current gradients; where they are none or zero, those that were seen."""
    found = {key: (key, memory, array) for key, memory, array in tree.gradients(seen)}
    for key, memory, array in tree.gradients():
        if key not in found or array.any():
            found[key] = key, memory, array
    return (each for key, each in found.items() if key in keys)
