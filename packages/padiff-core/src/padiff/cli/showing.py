"""A trace in a terminal: its tree, or a line of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rich.filesize import decimal
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from padiff.report.wording import count, listed

if TYPE_CHECKING:
    from rich.console import RenderableType

    from padiff.trace.survey import ModuleSurvey, StepSurvey, TraceSurvey

__all__ = ["listing", "tree"]

_MOST_STEPS = 8


def tree(found: TraceSurvey, depth: int | None = None) -> Iterator[RenderableType]:
    """Everything there is to show of one trace, from top to bottom.

    Args:
        found: The trace.
        depth: Show modules down to this depth; None for all.
    """
    recorded = f", recorded in {found.framework} {found.framework_version} by padiff {found.padiff}"
    yield Text.assemble((found.name, "bold"), recorded)
    yield from map(Text, _header(found))
    yield Text()
    table = _table("module", "kind", "calls", "tensors", "size")
    deeper = 0
    for module in found.modules:
        if depth is not None and module.depth > depth:
            deeper += 1
        else:
            table.add_row(*_row(module, found.name))
    yield table
    if deeper:
        yield Text(f"and {count(deeper, 'module')} below depth {depth}", style="dim")


def _header(found: TraceSurvey) -> Iterator[str]:
    yield f"{count(found.tensors, 'tensor')}, {decimal(found.bytes)}, {_KEPT[found.level]}"
    yield f"on disk {decimal(found.disk)} in {count(found.files, 'file')}"
    every = f", every {found.every}th" if found.every > 1 else ""
    yield f"{count(len(found.steps), 'step')}{every}"
    for step in found.steps[:_MOST_STEPS]:
        yield f"  step {step.number}: {_step(step)}"
    if len(found.steps) > _MOST_STEPS:
        yield f"  and {len(found.steps) - _MOST_STEPS:,} more, the last {found.steps[-1].number}"
    yield from found.limits


_KEPT = {
    "full": "with all values",
    "statistics": "of each a summary and a hash",
    "hash": "of each a hash",
}


def _step(step: StepSurvey) -> str:
    passes = [
        *(["backward"] if step.backward else []),
        *(["update"] if step.updated else []),
    ]
    return ", ".join([count(step.calls, "call"), *passes])


def _row(module: ModuleSurvey, model: str) -> list[RenderableType]:
    name = module.path.rpartition(".")[2] or model
    text = Text.assemble(name, (f" ({module.class_name})", "dim"))
    shown = Padding(text, (0, 0, 0, 2 * module.depth), expand=False)
    if module.same is not None:
        return [shown, f"the same as {module.same or model}", "", "", ""]
    calls = f"{module.calls:,}" if module.watched else "left out"
    return [shown, module.kind, calls, f"{module.tensors:,}", decimal(module.bytes)]


def listing(found: Mapping[str, TraceSurvey]) -> Table:
    """Several traces, a line for each."""
    table = _table("", "steps", "tensors", "size", "on disk")
    table.add_column("model")
    for place, each in found.items():
        steps = listed([str(step.number) for step in each.steps], limit=_MOST_STEPS)
        model = f"{each.name}, {each.framework} {each.framework_version}"
        sizes = decimal(each.bytes), decimal(each.disk)
        table.add_row(place, steps, f"{each.tensors:,}", *sizes, model)
    return table


def _table(first: str, second: str, *numbers: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first, overflow="fold")
    table.add_column(second, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table
