"""What is installed here, read from metadata: nothing is imported to find out."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions

import numpy as np

from padiff._version import __version__

__all__ = ["Environment", "Installed", "read_environment"]

_PATIENCE = ("KMP_BLOCKTIME", "OMP_WAIT_POLICY")


@dataclass(frozen=True, slots=True)
class Installed:
    """A distribution."""

    name: str
    version: str
    requires: tuple[str, ...] = ()

    @property
    def release(self) -> str:
        """Its version without the build (`2.13.0` of `2.13.0+cpu`)."""
        return self.version.partition("+")[0]

    @property
    def is_cuda(self) -> bool:
        """Whether it brings, or asks for, CUDA libraries."""
        build = self.version.partition("+")[2]
        return (
            build.startswith("cu")
            or self.name.endswith("-gpu")
            or any(requirement.startswith("nvidia-") for requirement in self.requires)
        )


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python environment, as far as padiff depends on it."""

    packages: Mapping[str, tuple[Installed, ...]]
    """The distributions that an import package comes from, by the package's name."""
    padiff: str = __version__
    python: tuple[int, int, int] = sys.version_info[:3]
    system: str = field(default_factory=platform.platform)
    numpy: str = np.__version__
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that are set, of those that matter."""


def read_environment(packages: Iterable[str]) -> Environment:
    """The environment of this process.

    Args:
        packages: Import packages to look for.
    """
    known = packages_distributions()
    found = {
        package: tuple(_installed(name) for name in sorted(set(known.get(package, ()))))
        for package in packages
    }
    variables = {name: os.environ[name] for name in _PATIENCE if name in os.environ}
    return Environment(found, variables=variables)


def _installed(name: str) -> Installed:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return Installed(name, "unknown")
    return Installed(name.lower(), found.version, tuple(found.requires or ()))
