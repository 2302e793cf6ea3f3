"""How the demonstration looks in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

import padiff

if TYPE_CHECKING:
    from demo import Compared

TORCH = "orange_red1"
PADDLE = "dodger_blue1"


def heading(console: Console, title: str, about: str) -> None:
    console.print()
    console.rule(f"[bold]{title}[/]  [dim]{about}[/]", align="left", style="dim")
    console.print()


def transfer(console: Console, report: padiff.TransferReport) -> None:
    """How many tensors were accounted for in which way, and why."""
    heading(console, "1  torch to paddle", f"{report.base} to {report.raw}")
    copied, ignored = report.select("copied"), report.select("ignored")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(style="dim")
    kinds = ", ".join(sorted({record.kind for record in copied}))
    table.add_row(str(len(copied)), "copied", f"layer by layer: {kinds}")
    notes = Counter(record.note for record in report.select("initialised"))
    for note, count in notes.items():
        table.add_row(str(count), "initialised", note)
    names = ", ".join(str(record.base) for record in ignored)
    table.add_row(str(len(ignored)), "ignored", names)
    _show(console, table)


def similarities(console: Console, compared: Sequence[Compared]) -> None:
    heading(console, "2  both compare sentences", "cosines of the mean-pooled embeddings")
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("sentences")
    table.add_column("torch", justify="right", style=TORCH, no_wrap=True)
    table.add_column("paddle", justify="right", style=PADDLE, no_wrap=True)
    table.add_column("difference", justify="right", no_wrap=True)
    for number, pair in enumerate(compared):
        if number:
            table.add_row()
        apart = Text(f"{pair.difference:.1e}", "green" if pair.agree else "bold red")
        table.add_row(pair.sentences[0], f"{pair.base:.6f}", f"{pair.raw:.6f}", apart)
        table.add_row(pair.sentences[1])
    _show(console, table)


def verdict(console: Console, *, agreed: bool) -> None:
    console.print()
    if agreed:
        console.print("[bold green]Both encoders find the sentences equally similar.[/]")
    else:
        console.print("[bold red]The two encoders do not agree; see above.[/]")


def _show(console: Console, table: Table) -> None:
    console.print(Padding(table, (0, 2), expand=False))
