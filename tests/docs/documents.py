"""The documents people read, and the code blocks in them."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = [
    "DOCUMENTS",
    "ROOT",
    "Block",
    "Example",
    "blocks",
    "differs",
    "examples",
    "files",
    "name_of",
    "tidy",
]

ROOT: Final = Path(__file__).resolve().parents[2]

DOCUMENTS: Final = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)

_FILE = re.compile(r"# (?P<name>[\w./-]+\.(?:py|toml))\n")
_FENCE = re.compile(r"^```(?P<language>[\w+-]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a document."""

    language: str
    text: str
    line: int
    """The line of its first line of text, from 1."""
    start: int
    """Where its fence begins, in characters."""
    end: int

    @property
    def file(self) -> str:
        """The file it is, if its first line is a comment that says so; empty if it is none."""
        named = _FILE.match(self.text) if self.language in ("python", "toml") else None
        return named["name"] if named else ""


@dataclass(frozen=True, slots=True)
class Example:
    """A block that is run, with what the document says it prints."""

    code: Block
    printed: str
    """The text of the `text` block that follows directly; empty without one."""


def blocks(document: str) -> list[Block]:
    """Every fenced block of a document."""
    return [
        Block(
            fence["language"],
            fence["text"],
            document.count("\n", 0, fence.start("text")) + 1,
            fence.start(),
            fence.end(),
        )
        for fence in _FENCE.finditer(document)
    ]


def files(document: str) -> dict[str, str]:
    """The files that a document shows, by name."""
    return {block.file: block.text for block in blocks(document) if block.file}


def examples(document: str, language: str) -> Iterator[Example]:
    """The blocks in a language that are no files, each with the output that is quoted below it."""
    found = blocks(document)
    for block, follower in zip(found, [*found[1:], None], strict=True):
        if block.language != language or block.file:
            continue
        quoted = (
            follower is not None
            and follower.language == "text"
            and not document[block.end : follower.start].strip()
        )
        yield Example(block, follower.text if follower is not None and quoted else "")


def differs(quoted: str, output: str) -> bool:
    """Whether a program printed something else than is quoted, where `...` is anything."""
    return not doctest.OutputChecker().check_output(quoted, output, doctest.ELLIPSIS)


def name_of(document: Path) -> str:
    """Its path in the repository."""
    return document.relative_to(ROOT).as_posix()


def tidy(output: str) -> str:
    """Without the spaces that a table leaves at the ends of lines."""
    return "".join(f"{line.rstrip()}\n" for line in output.splitlines())
