"""The table of rules in `docs/lint.md`, made from what the kinds and the layouts declare.

`python -m tests.lint.table` writes it into the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from padiff import Registry
from padiff.adapters import load_layouts
from padiff.hyperparameters import Hyperparameter
from padiff.kind import Kind
from padiff.layout import Layout
from padiff.registry import LayoutEntry

__all__ = ["DOCUMENT", "between", "table", "with_table"]

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "lint.md"
START: Final = "<!-- made by tests/lint/table.py -->\n"
END: Final = "<!-- end -->\n"
FRAMEWORKS: Final = ("torch", "paddle")


def table() -> str:
    """The table, as Markdown."""
    entries = Registry(load_layouts).layouts.values()
    kinds = {kind.name: kind for entry in entries for kind in entry.layout.possible_kinds}
    rows = [row for name in sorted(kinds) for row in _rows(kinds[name], entries)]
    head = "| rule | severity | what differs, or what is found | torch | paddle |\n"
    return "\n" + head + "|---|---|---|---|---|\n" + "".join(rows) + "\n" + _bare(kinds.values())


def _rows(kind: Kind, entries: Iterable[LayoutEntry]) -> Iterator[str]:
    layouts = {
        framework: [
            entry.layout
            for entry in entries
            if entry.key.framework == framework and kind in entry.layout.possible_kinds
        ]
        for framework in FRAMEWORKS
    }
    for declared in kind.hyperparameters:
        kept = [_kept(declared.name, layouts[framework]) for framework in FRAMEWORKS]
        yield _row(kind, declared.name, _severity(declared), declared.meaning, kept)
    for rule in kind.rules:
        yield _row(kind, rule.name, rule.severity, rule.meaning, ["both", "both"])
    for rule in dict.fromkeys(rule for each in layouts.values() for x in each for rule in x.rules):
        has = ["x" if any(rule in x.rules for x in layouts[f]) else "" for f in FRAMEWORKS]
        yield _row(kind, rule.name, rule.severity, rule.meaning, has)


def _row(kind: Kind, name: str, severity: str, meaning: str, cells: list[str]) -> str:
    return f"| {' | '.join((f'`{kind.name}.{name}`', severity, meaning, *cells))} |\n"


def _kept(name: str, layouts: Iterable[Layout]) -> str:
    """The arguments a framework's classes keep a hyper-parameter in; `-` where none decides it."""
    settings = [layout.settings[name] for layout in layouts if name in layout.settings]
    return ", ".join(dict.fromkeys(f"`{s.argument}`" if s.argument else "-" for s in settings))


def _severity(declared: Hyperparameter) -> str:
    parts: list[str] = [declared.severity]
    if declared.inherent:
        parts.append(f"{declared.inherent} where a class has no argument for it")
    if declared.in_eval != "same":
        parts.append(f"{declared.in_eval} in eval()")
    return "; ".join(parts)


def _bare(kinds: Iterable[Kind]) -> str:
    bare = sorted(kind.name for kind in kinds if not kind.hyperparameters)
    names = ", ".join(f"`{name}`" for name in bare)
    return f"Of these kinds nothing but the kind itself is compared: {names}.\n\n"


def between(document: str) -> str:
    """The table a document holds now."""
    return document.partition(START)[2].partition(END)[0]


def with_table(document: str) -> str:
    """A document with the table as it should be."""
    before, _, rest = document.partition(START)
    return before + START + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text("utf-8")), "utf-8")
