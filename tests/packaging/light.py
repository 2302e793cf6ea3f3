"""A pytest plugin for the environments with at most one framework: `-p tests.packaging.light`.

Test files that need what is not installed there are left out, and counted in the summary. A file's need
is read from its imports, and from those of the test helpers that it imports; nothing is imported
to find out. The default environment has everything installed, does not use this plugin, and
leaves nothing out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.packaging.distributions import ROOT
from tests.packaging.imports import Import, imports

# About the development environment itself, and about scripts that use both frameworks.
NOT_HERE = {ROOT / "tests" / "packaging", ROOT / "tests" / "examples"}

_left_out: Counter[str] = Counter()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out what cannot be imported here; say nothing about the rest."""
    if collection_path in NOT_HERE:
        return True
    is_folder = collection_path.is_dir()
    path = collection_path / "conftest.py" if is_folder else collection_path
    if not path.exists() or not (is_folder or path.match("test_*.py")):
        return None
    absent = missing(path)
    if not absent:
        return None
    _left_out[", ".join(sorted(absent))] += 1
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many files were left out (a folder counts as one), and for want of what."""
    for absent, count in sorted(_left_out.items()):
        terminalreporter.write_line(f"left out: {count} test files that need {absent}")


@cache
def missing(path: Path) -> frozenset[str]:
    """The packages that must be installed before `path` can be imported, and are not."""
    pending, seen, absent = [path], {path}, set[str]()
    while pending:
        current = pending.pop()
        for found in imports(current.read_text("utf-8")):
            if not found.at_import:
                continue
            files = set(local_files(found, current))
            pending += files - seen
            seen |= files
            if found.root not in {"", "tests"} and not installed(found.root):
                absent.add(found.root)
    return frozenset(absent)


def local_files(found: Import, importer: Path) -> Iterator[Path]:
    """The files of tests/ that an import runs: of the module, of its packages, of what it takes."""
    relative = found.module.lstrip(".")
    dots = len(found.module) - len(relative)
    if not dots and found.root != "tests":
        return
    start = importer.parents[dots - 1] if dots else ROOT
    parts = relative.split(".") if relative else []
    module = start.joinpath(*parts)
    folders = [start.joinpath(*parts[:end]) for end in range(1, len(parts) + 1)]
    candidates = [folder / "__init__.py" for folder in folders]
    candidates += [module.with_suffix(".py"), *(module / f"{name}.py" for name in found.names)]
    candidates += [module / name / "__init__.py" for name in found.names]
    yield from (candidate for candidate in candidates if candidate.is_file())


@cache
def installed(package: str) -> bool:
    """Whether a top-level package can be imported; the import itself is not tried."""
    return find_spec(package) is not None
