"""The code of others is what the note says it is."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files

VENDOR = files("padiff.report.page") / "vendor"
NOTE = (VENDOR / "THIRD-PARTY.md").read_text("utf-8")
HASHES = dict(re.findall(r"\| `([\w./]+)` \| `([0-9a-f]{64})` \|", NOTE))


def test_the_files_have_the_hashes_stated() -> None:
    found = {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in HASHES}
    assert found == HASHES
    assert set(HASHES) == {"uplot/uPlot.iife.min.js", "uplot/uPlot.min.css"}


def test_every_file_is_accounted_for() -> None:
    there = {f"uplot/{file.name}" for file in (VENDOR / "uplot").iterdir()}
    assert there == {*HASHES, "uplot/LICENSE"}
    assert {file.name for file in VENDOR.iterdir()} == {"uplot", "THIRD-PARTY.md"}


def test_the_version_is_the_one_stated() -> None:
    [version] = re.findall(r"^## uPlot ([\d.]+)$", NOTE, re.MULTILINE)
    banner = (VENDOR / "uplot" / "uPlot.iife.min.js").read_text("utf-8").splitlines()[0]
    assert f"(v{version})" in banner


def test_its_licence_is_there() -> None:
    licence = (VENDOR / "uplot" / "LICENSE").read_text("utf-8")
    assert licence.startswith("The MIT License (MIT)\n\nCopyright (c) 2022 Leon Sorokin\n")
