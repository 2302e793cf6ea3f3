"""What `padiff doctor --import` says of packages that fail, and that crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from padiff.cli.diagnosis.finding import Finding
from padiff.cli.diagnosis.imports import import_findings


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose packages other processes can import."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def test_each_import_is_tried_and_both_orders_of_two(packages: Path) -> None:
    (packages / "north.py").write_text("")
    (packages / "south.py").write_text(
        "import sys\nif 'north' in sys.modules: raise ImportError('too late')\n"
    )
    assert list(import_findings(["north", "south"])) == [
        Finding("import north", "works"),
        Finding("import south", "works"),
        Finding("import north, south", "fails", "wrong", "ImportError: too late"),
        Finding("import south, north", "works"),
    ]


def test_an_import_that_crashes_is_named_by_its_signal(packages: Path) -> None:
    (packages / "north.py").write_text(
        "import os, signal, sys\n"
        "print('bye', file=sys.stderr, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert list(import_findings(["north"])) == [
        Finding("import north", "crashes: SIGKILL", "wrong", "bye")
    ]
