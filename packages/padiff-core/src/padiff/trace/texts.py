"""Texts of an index that will be shown: in a terminal, control characters are commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padiff.trace.index import Index, ModuleEntry, StepEntry

__all__ = ["unshowable"]

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # tabs and ends of lines move nothing else


def unshowable(index: Index) -> Iterator[tuple[str, str]]:
    """The places in an index whose texts hold control characters, with such a text."""
    own = (index.padiff, index.framework, index.framework_version, index.name)
    yield from _among("$", (*own, *index.notes, *index.limits))
    for i, module in enumerate(index.modules):
        yield from _among(f"$.modules[{i}]", _of_module(module))
    for i, step in enumerate(index.steps):
        yield from _among(f"$.steps[{i}].calls", _of_calls(step))


def _among(place: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from ((place, text) for text in texts if _CONTROLS.search(text))


def _of_module(module: ModuleEntry) -> Iterator[str]:
    yield from (module.name, module.path, module.class_name, module.kind, module.problem)
    yield from module.class_names
    for state in module.tensors:
        yield from (state.name, state.defect)
    for name, setting in module.settings.items():
        yield from (name, setting.argument)


def _of_calls(step: StepEntry) -> set[str]:
    """Each once: a few lines of code make all the calls."""
    found = {call.source for call in step.calls}
    for call in step.calls:
        found.update(call.inputs, call.outputs, call.input_gradients, call.output_gradients)
        found.update(call.floors)
    return found
