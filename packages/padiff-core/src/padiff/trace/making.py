"""The index of a trace, from what was noted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from padiff._version import __version__
from padiff.cut import no_longer_there
from padiff.trace.index import Index

if TYPE_CHECKING:
    from padiff.model import ProxyModel
    from padiff.trace.index import Moment, StepEntry
    from padiff.trace.state import StateLog
    from padiff.trace.tree import Tree
    from padiff.trace.writer import TraceWriter

__all__ = ["make_index"]


def make_index(
    proxy: ProxyModel[Any],
    state: StateLog,
    watched: Collection[int],
    writer: TraceWriter,
    steps: Iterable[StepEntry],
    *,
    initial: Moment,
    **more: Any,
) -> Index:
    """The index of a trace.

    Args:
        proxy: The model.
        state: What is known of its modules.
        watched: Those whose calls were recorded, by the place where each stands first.
        writer: What has all tensors.
        steps: What was recorded.
        initial: The model's tensors before it was called.
        **more: Further fields of `Index`.

    Raises:
        LayerMapError: If a module of the model's layer map is no longer there.
    """
    layers = proxy.layer_map
    return Index(
        padiff=__version__,
        framework=proxy.framework,
        framework_version=proxy.adapter.version,
        name=proxy.name,
        level=writer.level,
        modules=tuple(state.modules(watched)),
        tensors=tuple(writer.tensors),
        steps=tuple(_told(step, state) for step in steps),
        initial=state.told(initial),
        layer_map=tuple(_mapped(proxy, state.hooked)),
        layer_map_for=(layers.auto if layers else None) or "",
        **more,
    )


def _told(step: StepEntry, state: StateLog) -> StepEntry:
    """A step, without what turned out later to be lost."""
    told = state.told
    return replace(
        step,
        before=told(step.before),
        buffers=told(step.buffers),
        gradients=told(step.gradients),
        updated=told(step.updated),
    )


def _mapped(proxy: ProxyModel[Any], tree: Tree) -> Iterator[int]:
    places = {place.entry.path: number for number, place in tree.distinct}
    for path in proxy.layer_map.paths if proxy.layer_map else ():
        if path not in places:
            raise no_longer_there(f"{proxy.name} {path}")
        yield places[path]
