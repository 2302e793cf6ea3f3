"""Saved reports, read back."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from padiff.errors import SavedReportError
from padiff.plain import Plain
from padiff.reading import read_file
from padiff.report.alignment import FORMAT, VERSION, AlignmentReport
from padiff.report.reading import read_report

__all__ = ["load_report", "parse_report", "report_from"]


def load_report(path: str | os.PathLike[str]) -> AlignmentReport:
    """Read what `AlignmentReport.save` wrote.

    Raises:
        FileError: If the file cannot be read.
        SavedReportError: If it is no saved report, one of another version, or damaged in a way that
            shows; `where` says at what place.
    """
    path = Path(path)
    return parse_report(read_file(path), str(path))


def parse_report(data: bytes, file: str) -> AlignmentReport:
    """The report in a file's bytes; `file` is for messages.

    Raises:
        SavedReportError: See `load_report`.
    """
    return report_from(_decoded(data, file), file=file)


def report_from(data: Any, *, file: str = "") -> AlignmentReport:
    """The report in plain data.

    Args:
        data: What `AlignmentReport.to_dict` returned.
        file: Where it is from, for messages.

    Raises:
        SavedReportError: See `load_report`.
    """
    where = f"{file}: $" if file else "$"
    _check_header(data, where)
    return read_report(Plain(data, SavedReportError, "The saved report is damaged.", path=where))


def _check_header(data: Any, where: str) -> None:
    name = data.get("format") if isinstance(data, dict) else type(data).__name__
    if name != FORMAT:
        raise SavedReportError(
            "This is no saved report.", where=where, got=f"format {name!r}", expected=repr(FORMAT)
        )
    version = data.get("version")
    if type(version) is not int or version != VERSION:
        raise SavedReportError(
            "The report was saved in another version of the format.",
            where=where,
            got=f"version {version!r}",
            expected=f"version {VERSION}",
            hint="use the padiff that saved it, or compare the models again",
        )


def _decoded(data: bytes, file: str) -> Any:
    try:
        return json.loads(data.decode(), parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise SavedReportError(
            "The file is no saved report: it is not JSON.", where=file, got=str(error)
        ) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON's")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} comes twice in one object")
    return found
