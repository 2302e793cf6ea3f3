"""What a document refers to: links, files, names in our packages, hatch scripts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.docs.documents import ROOT, blocks, files

__all__ = ["broken_references"]

_LINK = re.compile(r"\[[^\]]+\]\((?P<target>[^)\s]+)\)")
_QUOTED = re.compile(r"(?<!`)`(?P<text>[^`\n]+)`(?!`)")
_NAME = re.compile(r"(?:padiff|padiff_paddle|padiff_pytest|padiff_torch)(?:\.\w+)+")
_FILE = re.compile(
    r"(?:packages|examples|tests|docs|benchmarks)/[\w./-]*|[\w./-]+\.(?:md|toml)|\.ci/\w+"
)
_SCRIPT = re.compile(r"hatch run ([\w-]+)")
_SOURCES = {
    "padiff": ROOT / "packages/padiff-core/src",
    "padiff_torch": ROOT / "packages/padiff-torch/src",
    "padiff_paddle": ROOT / "packages/padiff-paddle/src",
    "padiff_pytest": ROOT / "packages/padiff-core/src",
}


def broken_references(document: str, folder: Path, scripts: set[str]) -> list[str]:
    """What a document names that is not there.

    Args:
        document: Its text.
        folder: Where it is: what links are relative to.
        scripts: The scripts hatch has.
    """
    prose = _without_blocks(document)
    shown = files(document)
    quoted = [found["text"] for found in _QUOTED.finditer(prose)]
    return [
        *(t for t in _links(prose) if not (folder / t).exists()),
        *(t for t in quoted if _FILE.fullmatch(t) and not (t in shown or (ROOT / t).exists())),
        *(t for t in quoted if _NAME.fullmatch(t) and not _defined(t)),
        *(f"hatch run {s}" for s in _SCRIPT.findall(document) if s not in scripts),
    ]


def _without_blocks(document: str) -> str:
    for block in reversed(blocks(document)):
        document = document[: block.start] + document[block.end :]
    return document


def _links(prose: str) -> Iterator[str]:
    """The targets of links within the repository, without their anchors."""
    for found in _LINK.finditer(prose):
        target = found["target"].partition("#")[0]
        if target and "://" not in target:
            yield target


def _defined(name: str) -> bool:
    """Whether a dotted name is a module of ours, or a name one of them has at its top level."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        path = _SOURCES[parts[0]].joinpath(*parts[:end])
        for file in (path / "__init__.py", path.with_suffix(".py")):
            if file.is_file():
                return end == len(parts) or parts[end] in _top_level(file)
    return False


@cache
def _top_level(file: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return frozenset(names)
