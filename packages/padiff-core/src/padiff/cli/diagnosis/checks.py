"""The checks of an environment, each a function of what is installed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from padiff.cli.diagnosis.finding import Finding

if TYPE_CHECKING:
    from padiff.cli.diagnosis.environment import Environment

__all__ = ["Framework", "examine"]

_NUMPY = (2, 2, 5)
_CALM = {"KMP_BLOCKTIME": "0", "OMP_WAIT_POLICY": "PASSIVE"}


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework to look for."""

    name: str
    package: str
    measured: str = ""
    """See `padiff.adapters.Plugin`."""
    adapter: str = ""
    """The distribution that adapts it; empty if none is installed."""


def examine(environment: Environment, frameworks: Mapping[str, Framework]) -> Iterator[Finding]:
    """Everything there is to say of an environment."""
    yield Finding("padiff", environment.padiff)
    yield Finding("Python", f"{'.'.join(map(str, environment.python))}, {environment.system}")
    yield _numpy(environment.numpy)
    for framework in frameworks.values():
        yield from _framework(environment, framework)
    if "paddle" in frameworks:
        yield from _setuptools(environment)
    present = [f for f in frameworks.values() if environment.packages.get(f.package)]
    if len(present) > 1:
        yield from _together(environment, present)


def _numpy(version: str) -> Finding:
    numbers = tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
    if numbers >= _NUMPY:
        return Finding("NumPy", version)
    return Finding(
        "NumPy",
        version,
        "wrong",
        "before 2.2.5 np.from_dlpack returns read-only views, and adapters write through them:"
        " python -m pip install 'numpy>=2.2.5'",
    )


def _framework(environment: Environment, framework: Framework) -> Iterator[Finding]:
    found = environment.packages.get(framework.package, ())
    if not found:
        yield Finding(
            framework.name,
            "not installed",
            "note",
            "its traces can be shown and compared all the same" if framework.adapter else "",
        )
    elif len(found) > 1:
        names = " and ".join(f"{each.name} {each.version}" for each in found)
        yield Finding(
            framework.name,
            names,
            "wrong",
            f"they overwrite each other's files: uninstall all of them, then install one"
            f" (both bring the package {framework.package})",
        )
    else:
        yield _version(framework, found[0].name, found[0].version, found[0].release)
    if found and not framework.adapter:
        yield Finding(
            framework.name,
            "no adapter",
            "note",
            f"its models can be neither recorded nor run: python -m pip install padiff-{framework.name}",
        )


def _version(framework: Framework, name: str, version: str, release: str) -> Finding:
    shown = version if name == framework.name else f"{version} ({name})"
    if not framework.measured or release == framework.measured:
        return Finding(framework.name, shown)
    return Finding(
        framework.name,
        shown,
        "note",
        f"what padiff knows of it was measured on {framework.measured}",
    )


def _setuptools(environment: Environment) -> Iterator[Finding]:
    if environment.packages.get("paddle") and not environment.packages.get("setuptools"):
        yield Finding(
            "setuptools",
            "not installed",
            "wrong",
            "import paddle needs it, and asks for it on Python 3.12 and later alone:"
            " python -m pip install setuptools",
        )


def _together(environment: Environment, present: list[Framework]) -> Iterator[Finding]:
    names = " and ".join(framework.name for framework in present)
    set_to = {name: environment.variables.get(name, "") for name in _CALM}
    calm = set_to == _CALM
    yield Finding(
        "OpenMP",
        ", ".join(
            f"{name}={value}" if value else f"{name} not set" for name, value in set_to.items()
        ),
        "ok" if calm else "note",
        ""
        if calm
        else f"{names} each bring a runtime, and in one process their waiting threads can slow the other down:"
        f" set {' '.join(f'{name}={value}' for name, value in _CALM.items())},"
        " or give each a process (padiff run)",
    )
    cuda = [
        f.name for f in present if any(each.is_cuda for each in environment.packages[f.package])
    ]
    if len(cuda) > 1:
        yield Finding(
            "CUDA",
            f"{' and '.join(cuda)} are CUDA builds",
            "note",
            "each brings CUDA libraries of its own; if one cannot be imported beside the other,"
            " give each an environment and a process (padiff run)",
        )
