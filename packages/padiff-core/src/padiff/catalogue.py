"""What a registry knows, as a table: kinds with their classes per framework, and init functions.

All of it is derived from the registry. `padiff inits` prints it, and the page `docs/layers.md`
is what it prints as Markdown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

    from padiff.kind import CanonicalTensor, Kind
    from padiff.registry import InitEntry, Registry

__all__ = ["Catalogue", "KindEntry", "class_list", "init_summary", "make_catalogue", "tensor_line"]


@dataclass(frozen=True, slots=True)
class KindEntry:
    """A kind, and the classes that store a layer of it."""

    kind: Kind
    classes: Mapping[str, tuple[str, ...]]
    """By framework, dotted class names in the order they were registered."""

    @property
    def directions(self) -> str:
        """Between which frameworks a layer of this kind is copied; within each it always is."""
        frameworks = sorted(self.classes)
        if len(frameworks) > 1:
            return " <-> ".join(frameworks)
        elsewhere = ", or with a layer of your own that has the same tensors"
        return f"within {frameworks[0]}{elsewhere if self.kind.elementwise else ''}"

    def mentions(self, text: str) -> bool:
        """Whether the kind's name, or that of a class, contains `text` in any case."""
        names = (self.kind.name, *(name for names in self.classes.values() for name in names))
        return any(text.lower() in name.lower() for name in names)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds and init functions of a registry. Prints as tables with rich."""

    frameworks: tuple[str, ...]
    kinds: tuple[KindEntry, ...]
    """By name, those with tensors first."""
    inits: tuple[InitEntry, ...]
    """By their keys."""

    def __bool__(self) -> bool:
        return bool(self.kinds or self.inits)

    def matching(self, text: str) -> Catalogue:
        """What has `text` in a kind's or a class's name."""
        return Catalogue(
            self.frameworks,
            tuple(entry for entry in self.kinds if entry.mentions(text)),
            tuple(entry for entry in self.inits if text.lower() in str(entry.key).lower()),
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        heavy = [entry for entry in self.kinds if entry.kind.tensors]
        light = [entry for entry in self.kinds if not entry.kind.tensors]
        if heavy:
            yield self._table("Kinds of layers", heavy)
        if light:
            yield self._table("Kinds without tensors of their own", light)
        if self.inits:
            yield _inits_table(self.inits)

    def _table(self, title: str, entries: Iterable[KindEntry]) -> Table:
        table = _table(title, "kind", "canonical tensors", *self.frameworks)
        for entry in entries:
            name = Text.assemble((entry.kind.name, "bold"), f"\n{entry.kind.summary}")
            if entry.kind.tensors:
                name.append(f"\n{entry.directions}", "green")
            tensors = "\n".join(tensor_line(tensor) for tensor in entry.kind.tensors)
            classes = [class_list(entry.classes.get(name, ())) for name in self.frameworks]
            table.add_row(name, tensors or "-", *(found or "-" for found in classes))
        return table


def make_catalogue(registry: Registry) -> Catalogue:
    """Read a registry."""
    kinds: dict[Kind, dict[str, list[str]]] = {}
    for key, entry in registry.layouts.items():
        for kind in entry.layout.possible_kinds:
            kinds.setdefault(kind, {}).setdefault(key.framework, []).append(key.class_name)
    entries = [
        KindEntry(kind, {framework: tuple(names) for framework, names in sorted(classes.items())})
        for kind, classes in kinds.items()
    ]
    entries.sort(key=lambda entry: (not entry.kind.tensors, entry.kind.name))
    return Catalogue(
        tuple(sorted({key.framework for key in registry.layouts})),
        tuple(entries),
        tuple(entry for _, entry in sorted(registry.inits.items())),
    )


def class_list(names: Iterable[str]) -> str:
    """Dotted names, those of one namespace together: `torch.nn: RNN, RNNCell`."""
    spaces: dict[str, list[str]] = {}
    for name in names:
        space, _, bare = name.rpartition(".")
        spaces.setdefault(space, []).append(bare)
    return "; ".join(f"{space}: {', '.join(bare)}" for space, bare in spaces.items())


def tensor_line(tensor: CanonicalTensor) -> str:
    """A canonical tensor in one line: `bias (out) = 0`."""
    neutral = "" if tensor.neutral is None else f" = {tensor.neutral:g}"
    return f"{tensor.name} ({tensor.shape}){neutral}"


def init_summary(entry: InitEntry) -> str:
    """The first line of an init function's docstring."""
    return (entry.func.__doc__ or "").strip().partition("\n")[0]


def _inits_table(entries: Iterable[InitEntry]) -> Table:
    """Init functions, with their direction."""
    table = _table("Init functions", "base", "-> raw", "function")
    for entry in entries:
        what = Text.assemble(entry.origin, (f"\n{init_summary(entry)}", "dim"))
        table.add_row(str(entry.key.base), str(entry.key.raw), what)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        padding=(0, 2, 1, 0),  # a blank line between rows of several lines
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
