"""Reports as files, named after the test they are of."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport
    from padiff.report.formats import Format

__all__ = ["SUFFIXES", "Reports", "safe_name"]

SUFFIXES: Final[Mapping[Format, str]] = {"html": "html", "json": "json", "markdown": "md"}
"""Of the forms a report can be written in; JUnit's XML pytest writes itself."""
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Reports:
    """Where reports are written, and how."""

    folder: Path
    formats: tuple[Format, ...]

    @property
    def in_detail(self) -> bool:
        """See `padiff.report.formats.in_detail`."""
        from padiff.report.formats import in_detail

        return in_detail(self.formats)

    def write(self, report: AlignmentReport, test: str, number: int) -> list[Path]:
        """Write the n-th report of a test; the files it became.

        Raises:
            FileError: If one cannot be written.
        """
        from padiff.report.formats import as_text
        from padiff.writing import write_text

        name = safe_name(test, number)
        files = {form: self.folder / f"{name}.{SUFFIXES[form]}" for form in self.formats}
        for form, file in files.items():
            write_text(file, as_text(report, form))
        return list(files.values())


def safe_name(test: str, number: int = 1) -> str:
    """A file name without suffix for the n-th report of a test.

    A hash of the test's id keeps apart what looks alike without its punctuation.

    >>> safe_name("tests/test_port.py::test_head[float32/2]", 2)
    'tests-test_port.py-test_head-float32-2-9198b9de-2'
    """
    words = re.sub(r"[^A-Za-z0-9_.]+", "-", test)[-_LONGEST:].strip("-.")
    digest = hashlib.blake2b(test.encode(), digest_size=4).hexdigest()
    return "-".join([*([words] if words else []), digest, *([str(number)] if number > 1 else [])])
