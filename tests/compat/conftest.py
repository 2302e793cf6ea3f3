"""Dumps of the tests go into a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The dump root, chosen for this test alone."""
    folder = tmp_path / "dumps"
    monkeypatch.setattr("padiff.dumping.root._chosen", [str(folder)])
    return folder
