"""Fixtures that install distributions made of entry points alone, so that discovery is real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from padiff import Registry
from padiff.adapters import ADAPTER_GROUP, load_inits, load_layouts, plugins

__all__ = ["Install", "install", "reference"]


class Install(Protocol):
    """Puts a distribution on `sys.path`: its name, a group, and entry points by name."""

    def __call__(self, distribution: str, group: str, **points: str) -> None:
        """Write its `.dist-info`, and forget which plugins were found before."""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install distributions for one test."""
    site = tmp_path / "site-packages"
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def install(distribution: str, group: str, **points: str) -> None:
        folder = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
        folder.mkdir(exist_ok=True)
        metadata = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
        (folder / "METADATA").write_text(metadata, "utf-8")
        lines = [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
        with (folder / "entry_points.txt").open("a", encoding="utf-8") as file:
            file.write("\n".join([*lines, ""]))
        plugins.cache_clear()

    yield install
    plugins.cache_clear()


@pytest.fixture
def reference(install: Install) -> Registry:
    """The reference framework installed, and a registry of what is installed with it."""
    install("padiff-reference", ADAPTER_GROUP, reference="tests.reference.adapter:PLUGIN")
    return Registry(load_layouts, load_inits)
