"""Reports as files, named after the test they are of."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport

__all__ = ["safe_name", "write_report"]

_LONGEST = 100


def safe_name(test: str, number: int = 1) -> str:
    """A file name without suffix for the n-th report of a test.

    A hash of the test's id keeps apart what looks alike without its punctuation.

    >>> safe_name("tests/test_port.py::test_head[float32/2]", 2)
    'tests-test_port.py-test_head-float32-2-9198b9de-2'
    """
    words = re.sub(r"[^A-Za-z0-9_.]+", "-", test)[-_LONGEST:].strip("-.")
    digest = hashlib.blake2b(test.encode(), digest_size=4).hexdigest()
    return "-".join([*([words] if words else []), digest, *([str(number)] if number > 1 else [])])


def write_report(report: AlignmentReport, folder: Path, test: str, number: int) -> list[Path]:
    """Write a report into a folder; the files it became."""
    markdown = folder / f"{safe_name(test, number)}.md"
    markdown.write_text(report.to_markdown() + "\n", "utf-8")
    return [markdown]
