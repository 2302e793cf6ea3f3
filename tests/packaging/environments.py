"""Virtual environments that hold our wheels, what those require, and nothing else.

No network: the requirements are taken from the environment the tests run in, by symbolic link. They are
found by following the metadata, so a framework gets in only if something requires it.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.distributions import DISTRIBUTIONS, wheel_metadata

OURS = {d.name for d in DISTRIBUTIONS}


def environment(
    folder: Path, wheels: Sequence[Path], extras: Sequence[str] = (), also: Sequence[str] = ()
) -> Path:
    """Create an environment with `wheels` and their requirements; returns its interpreter.

    Args:
        folder: Where.
        wheels: Our wheels.
        extras: Extras of theirs.
        also: What else is to be there, with its requirements.
    """
    venv.create(folder, symlinks=True)
    interpreter = folder / "bin" / "python"
    variables = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", variables))
    texts = [text for w in wheels for text in wheel_metadata(w).get_all("Requires-Dist", [])]
    for found in closure([*texts, *also], extras).values():
        _link(found, packages)
    pip = [sys.executable, "-m", "pip", "--python", str(interpreter)]
    install = ["install", "--quiet", "--no-index", "--no-deps", *map(str, wheels)]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    return interpreter


def closure(texts: Iterable[str], extras: Sequence[str] = ()) -> dict[str, Distribution]:
    """The installed distributions that satisfy requirements, and theirs in turn, by name."""
    found: dict[str, Distribution] = {}
    pending = [(Requirement(text), tuple(extras)) for text in texts]
    while pending:
        requirement, asked = pending.pop()
        name = canonicalize_name(requirement.name)
        if name in OURS or not _applies(requirement, asked):
            continue
        new = name not in found
        found[name] = distribution(requirement.name)
        assert requirement.specifier.contains(found[name].version, prereleases=True), requirement
        if new or requirement.extras:
            required = found[name].requires or []
            pending += [(Requirement(text), tuple(requirement.extras)) for text in required]
    return found


def _applies(requirement: Requirement, extras: Sequence[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _link(found: Distribution, packages: Path) -> None:
    for top in {file.parts[0] for file in found.files or []} - {"..", "__pycache__"}:
        link = packages / top
        if not link.exists():
            link.symlink_to(Path(str(found.locate_file(top))))
