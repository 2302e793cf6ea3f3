"""What a transfer did, tensor by tensor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from padiff.linting.finding import Finding
from padiff.linting.report import findings_table, summary
from padiff.records import HOWS, How, TensorRecord

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

__all__ = ["TransferReport", "records_table"]

_STYLES: dict[How, str] = {
    "copied": "green",
    "derived": "cyan",
    "initialised": "magenta",
    "tied": "blue",
    "ignored": "yellow",
}


@dataclass(frozen=True, slots=True)
class TransferReport:
    """A completed transfer. Always truthy: what does not complete raises.

    `str(report)` is one line; `rich.print(report)` a table; `to_dict()` plain data.
    """

    base: str
    """Name of the base model."""
    raw: str
    base_framework: str
    raw_framework: str
    records: tuple[TensorRecord, ...] = field(repr=False)
    """Every tensor of both models, with how it is accounted for."""
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    """Differences in configuration that the weights cannot cure; see `padiff.lint`."""

    def __bool__(self) -> bool:
        return True

    def count(self, how: How) -> int:
        """How many records say `how`."""
        return sum(record.how == how for record in self.records)

    def select(self, how: How) -> tuple[TensorRecord, ...]:
        """The records that say `how`."""
        return tuple(record for record in self.records if record.how == how)

    def __str__(self) -> str:
        counts = Counter(record.how for record in self.records)
        parts = [f"{counts[how]} {how}" for how in HOWS if counts[how]]
        sides = f"{self.base} ({self.base_framework}) -> {self.raw} ({self.raw_framework})"
        grave = [finding for finding in self.findings if finding.severity != "info"]
        found = f"; lint: {summary(grave)}" if grave else ""
        return f"{sides}: {', '.join(parts) or 'no tensors'}{found}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {
            "base": self.base,
            "raw": self.raw,
            "base_framework": self.base_framework,
            "raw_framework": self.raw_framework,
            "records": [_plain(record) for record in self.records],
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = [r for r in self.records if r.how != "tied" or r.canonical]
        yield records_table(shown)
        yield Text(str(self))
        if hidden := len(self.records) - len(shown):
            yield Text(f"Not shown: {hidden} second names of tied tensors.", style="dim")
        if self.findings:
            yield Text("The weights are in place; these differences are not in the weights:")
            yield findings_table(self.findings)


def _plain(record: TensorRecord) -> dict[str, Any]:
    return {
        "how": record.how,
        "base": record.base,
        "raw": record.raw,
        "canonical": record.canonical,
        "kind": record.kind,
        "shape": list(record.shape),
        "dtype": str(record.dtype),
        "paired_by": record.by,
        "note": record.note,
    }


def records_table(records: Iterable[TensorRecord]) -> Table:
    """Records as a table: both names, the shape, and how the tensor got its value."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("base", overflow="fold")
    table.add_column("raw", overflow="fold")
    table.add_column("shape", justify="right", no_wrap=True)
    table.add_column("how", no_wrap=True)
    table.add_column("note", overflow="fold", style="dim")
    for record in records:
        shape = "x".join(map(str, record.shape)) or "scalar"
        how = Text(record.how, style=_STYLES[record.how])
        table.add_row(record.base or "-", record.raw or "-", shape, how, record.note)
    return table
