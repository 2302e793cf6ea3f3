"""How the demonstration looks in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

import padiff
from padiff.errors import LayoutError
from padiff.plan import Plan
from padiff.records import TensorRecord
from padiff.steps import Step

if TYPE_CHECKING:
    from demo import Reading, Returned

TORCH = "orange_red1"
PADDLE = "dodger_blue1"


def heading(console: Console, title: str, about: str) -> None:
    console.print()
    console.rule(f"[bold]{title}[/]  [dim]{about}[/]", align="left", style="dim")
    console.print()


def plan(console: Console, planned: Plan) -> None:
    """One row for each layer with tensors: where it comes from, goes to, and how it was paired."""
    table = Table(box=None, header_style="bold", pad_edge=False, footer_style="dim")
    steps = [(step, _values(step)) for step in planned.steps if step.names]
    tensors = sum(len(step.names) for step, _ in steps)
    table.add_column("torch layer", f"{len(steps)} layers", style=TORCH)
    table.add_column("paddle layer", style=PADDLE)
    table.add_column("kind")
    table.add_column("tensors", str(tensors), justify="right")
    table.add_column("values", f"{sum(values for _, values in steps):,}", justify="right")
    table.add_column("paired by", style="dim")
    table.show_footer = True
    for step, values in steps:
        base, raw = step.pair.base, step.pair.raw
        numbers = str(len(step.names)), f"{values:,}"
        table.add_row(base.path, raw.path, _kind(step), *numbers, step.pair.by)
    _show(console, table)
    console.print()


def _kind(step: Step) -> str:
    canonical = step.pair.base.canonical
    return "" if isinstance(canonical, LayoutError) else canonical.kind.name


def _values(step: Step) -> int:
    canonical = step.pair.raw.canonical
    if isinstance(canonical, LayoutError):
        return 0
    return sum(canonical.views[name].size for name in step.names)


@contextmanager
def progress(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar that counts bytes; yields what `assign_weight` takes as `progress=`."""
    columns = TextColumn(" "), BarColumn(), DownloadColumn()
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("copy", visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)


def outcome(console: Console, report: padiff.TransferReport) -> None:
    """How many tensors were accounted for in which way, each with an example."""
    groups: dict[tuple[str, str], list[TensorRecord]] = {}
    for record in report.records:
        reason = record.note if record.how == "derived" else ""
        groups.setdefault((record.how, reason), []).append(record)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    for (how, _), records in groups.items():
        first = records[0]
        names = " to ".join(name for name in (first.base, first.raw) if name)
        note = f": {first.note}" if first.note else ""
        table.add_row(str(len(records)), how, f"{names}{note}")
    _show(console, table)


def readings(console: Console, found: Sequence[Reading]) -> None:
    """Three lines for each rendered line. Khmer comes last: terminals differ about its width."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("font", "difference", "", "", "text"):
        table.add_column(name, no_wrap=name != "text")
    for number, reading in enumerate(found):
        if number:
            table.add_row()
        same = Text("equal", "green") if reading.agrees else Text("DIFFERENT", "bold red")
        table.add_row(reading.font, f"{reading.difference:.1e}", same, "rendered", reading.text)
        table.add_row("", "", "", Text("torch", TORCH), reading.base)
        table.add_row("", "", "", Text("paddle", PADDLE), reading.raw)
    _show(console, table)
    console.print()
    largest = max(reading.difference for reading in found)
    reach = max(reading.reach for reading in found)
    _show(
        console, Text(f"Largest difference of the logits: {largest:.1e}; they reach {reach:.1f}.")
    )


def returned(console: Console, result: Returned) -> None:
    """What came back bit for bit, and what should not have changed."""
    total = len(result.identical) + len(result.different)
    console.print()
    same = f"{len(result.identical)} of {total}", "red" if result.different else "green"
    _show(console, Text.assemble(same, " published tensors came back with every bit the same."))
    for name in result.different:
        _show(console, Text.assemble(("DIFFERENT", "bold red"), f" {name}"))


def verdict(console: Console, *, agreed: bool) -> None:
    console.print()
    if agreed:
        console.print("[bold green]Both networks read the same, and the weights came back.[/]")
    else:
        console.print("[bold red]Something does not agree; see above.[/]")


def _show(console: Console, what: Table | Text) -> None:
    console.print(Padding(what, (0, 2), expand=False))
