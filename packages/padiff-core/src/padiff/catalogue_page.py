"""The catalogue as a Markdown page: `docs/layers.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from padiff.catalogue import Catalogue, KindEntry, class_list, init_summary

if TYPE_CHECKING:
    from padiff.registry import InitEntry

__all__ = ["page"]

_BAR = r"\|"  # a bar inside a cell
_BOOKKEEPING = "no output depends on it"
_INTRODUCTION = """\
# Layers

Made from the registry of layouts; without `--markdown`, the same is printed for a terminal.

```sh
python -m padiff inits --markdown
```

A *kind* says what a layer computes, and names its *canonical* tensors. Each class listed under it
stores them in its own way: under other names, transposed, packed. Its layout maps one to the other,
so that any two classes of a kind exchange their weights, in either direction, and gradients are
compared in the same terms. How a class stores its tensors is written at the top of the module its
layout is in.

A shape is given in names; the same name is the same size in all tensors of a layer, `*name` is any
number of axes, and an empty shape is a tensor without axes. A tensor with a *neutral* value may be
missing on one side: where only the raw layer has it, it is filled with that value; where only the
base layer has it, it must hold it. Classes are known by their dotted names; a subclass counts as
its parent as long as it has no tensors of its own."""


def page(catalogue: Catalogue) -> str:
    """The whole page, ending in a newline."""
    heavy = [entry for entry in catalogue.kinds if entry.kind.tensors]
    light = [entry for entry in catalogue.kinds if not entry.kind.tensors]
    sections = [_INTRODUCTION, *map(_kind, heavy)]
    if light:
        sections.append(_light(light, catalogue.frameworks))
    if catalogue.inits:
        sections.append(_inits(catalogue.inits))
    return "\n\n".join(sections) + "\n"


def _kind(entry: KindEntry) -> str:
    kind = entry.kind
    tensors = [
        [
            _code(tensor.name),
            _code(tensor.shape) if tensor.shape else "",
            "" if tensor.neutral is None else f"{tensor.neutral:g}",
            "; ".join(filter(None, [tensor.note, _BOOKKEEPING if tensor.bookkeeping else ""])),
        ]
        for tensor in kind.tensors
    ]
    blocks = [
        f"## {kind.name}",
        f"{kind.summary}; copied {entry.directions}.",
        "\n".join(_lists(entry)),
        "\n".join(_table(["canonical tensor", "shape", "neutral", "note"], tensors)),
    ]
    if settings := ", ".join(_code(each.name) for each in kind.hyperparameters):
        blocks.append(f"Settings that `padiff.lint` compares: {settings}.")
    return "\n\n".join(blocks)


def _lists(entry: KindEntry) -> Iterator[str]:
    for framework, names in entry.classes.items():
        yield f"* {framework}: {', '.join(map(_code, names))}"


def _light(entries: Iterable[KindEntry], frameworks: Iterable[str]) -> str:
    rows = [
        [
            entry.kind.name,
            entry.kind.summary,
            *(class_list(entry.classes.get(framework, ())) for framework in frameworks),
            ", ".join(_code(each.name) for each in entry.kind.hyperparameters),
        ]
        for entry in entries
    ]
    header = ["kind", "what it is", *frameworks, "settings compared"]
    return "\n".join(
        [
            "## Kinds without tensors of their own",
            "",
            "Containers, whose layers are copied one by one, and layers that have settings alone.",
            "",
            *_table(header, rows),
        ]
    )


def _inits(entries: Iterable[InitEntry]) -> str:
    rows = [
        [
            _code(str(entry.key.base)),
            _code(str(entry.key.raw)),
            _code(entry.origin),
            init_summary(entry),
        ]
        for entry in entries
    ]
    return "\n".join(
        [
            "## Init functions",
            "",
            "What no layout can say is a function for a pair of classes, in one direction. It goes",
            "before the layouts of the two. `padiff.add_special_init` registers one of your own.",
            "",
            *_table(["base", "raw", "function", "what it does"], rows),
        ]
    )


def _table(header: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    for cells in (header, ["---"] * len(header), *rows):
        yield f"| {' | '.join(cell.replace('|', _BAR) for cell in cells)} |"


def _code(text: str) -> str:
    return f"`{text}`"
