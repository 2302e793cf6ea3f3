"""The three distributions of this repository, and how to build and read them."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Distribution:
    """One folder under packages/."""

    name: str
    """As in `pip install`; also the folder's name."""
    package: str
    """As in `import`."""
    beside: tuple[str, ...] = ()
    """Other packages it installs."""

    @property
    def folder(self) -> Path:
        return ROOT / "packages" / self.name

    @property
    def source(self) -> Path:
        """The import package's folder."""
        return self.folder / "src" / self.package

    @property
    def sources(self) -> list[Path]:
        """The folders of all its packages."""
        return [self.source, *(self.source.with_name(name) for name in self.beside)]

    def modules(self) -> list[Path]:
        """Every Python file of its packages."""
        return sorted(path for folder in self.sources for path in folder.rglob("*.py"))


CORE: Final = Distribution("padiff-core", "padiff", beside=("padiff_pytest",))
TORCH: Final = Distribution("padiff-torch", "padiff_torch")
PADDLE: Final = Distribution("padiff-paddle", "padiff_paddle")
DISTRIBUTIONS: Final = (CORE, TORCH, PADDLE)


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left."""

    wheel: Path
    sdist: Path


def build(folder: Path, into: Path) -> Built:
    """Build the wheel and the sdist of the project in `folder`, with the backend it names."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d"]
    subprocess.run([*command, str(into)], cwd=folder, check=True, capture_output=True)
    [wheel], [sdist] = into.glob("*.whl"), into.glob("*.tar.gz")
    return Built(wheel, sdist)


def wheel_files(wheel: Path) -> dict[str, bytes]:
    """The files of a wheel by name, RECORD left out: it repeats the others."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/RECORD")]
        return {name: archive.read(name) for name in names}


def wheel_metadata(wheel: Path) -> Message:
    """The METADATA of a wheel."""
    files = wheel_files(wheel)
    [name] = [name for name in files if name.endswith(".dist-info/METADATA")]
    return Parser().parsestr(files[name].decode())


def unpacked(sdist: Path, into: Path) -> Path:
    """Unpack an sdist; returns its one top folder."""
    with tarfile.open(sdist) as archive:
        archive.extractall(into, filter="data")
    [folder] = into.iterdir()
    return folder


def version() -> str:
    """The version that the three packages share, read without importing any of them."""
    scope: dict[str, str] = {}
    exec((CORE.source / "_version.py").read_text(), scope)
    return scope["__version__"]
