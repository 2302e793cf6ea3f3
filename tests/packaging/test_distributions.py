"""What the wheels and sdists hold and say."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.packaging.distributions import (
    CORE,
    DISTRIBUTIONS,
    PADDLE,
    ROOT,
    TORCH,
    Built,
    Distribution,
    build,
    unpacked,
    version,
    wheel_files,
    wheel_metadata,
)

every_distribution = pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda d: d.name)

REQUIREMENTS = {
    CORE: {
        ("ml-dtypes", None),
        ("msgspec", None),
        ("numpy", None),
        ("rich", None),
        ("safetensors", None),
        ("tomli", 'python_version < "3.11"'),
        ("typer", None),
        ("typing-extensions", None),
    },
    TORCH: {("padiff-core", None), ("torch", None)},
    # No hard dependency on a Paddle: it would install the CPU build over a user's GPU build.
    PADDLE: {
        ("padiff-core", None),
        ("paddlepaddle", 'extra == "cpu"'),
        ("paddlepaddle-gpu", 'extra == "gpu"'),
        ("setuptools", 'extra == "cpu"'),
        ("setuptools", 'extra == "gpu"'),
    },
}

ENTRY_POINTS = {
    CORE: {
        "console_scripts": {"padiff": "padiff.cli:main"},
        "pytest11": {"padiff": "padiff_pytest"},
    },
    TORCH: {"padiff.adapters": {"torch": "padiff_torch:PLUGIN"}},
    PADDLE: {"padiff.adapters": {"paddle": "padiff_paddle:PLUGIN"}},
}


OTHERS_LICENCES = {CORE: ("src/padiff/report/page/vendor/uplot/LICENSE",)}
"""Of code that a wheel holds and others wrote."""


def entry_points(wheel: Path) -> dict[str, dict[str, str]]:
    [text] = [
        text for name, text in wheel_files(wheel).items() if name.endswith("entry_points.txt")
    ]
    parser = ConfigParser()
    parser.read_string(text.decode())
    return {section: dict(parser[section]) for section in parser.sections()}


def requirements(wheel: Path) -> list[Requirement]:
    return [Requirement(text) for text in wheel_metadata(wheel).get_all("Requires-Dist", [])]


def sources(distribution: Distribution) -> set[str]:
    """What is under src/, as a wheel names it."""
    return {
        path.relative_to(distribution.source.parent).as_posix()
        for folder in distribution.sources
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@every_distribution
def test_the_wheel_holds_the_package_its_metadata_and_nothing_else(
    distribution: Distribution, built: dict[str, Built]
) -> None:
    info = f"{distribution.name.replace('-', '_')}-{version()}.dist-info"
    metadata = {"METADATA", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    metadata |= {f"licenses/{name}" for name in OTHERS_LICENCES.get(distribution, ())}
    expected = sources(distribution) | {f"{info}/{name}" for name in metadata}
    assert set(wheel_files(built[distribution.name].wheel)) == expected


@every_distribution
def test_the_wheel_is_typed(distribution: Distribution, built: dict[str, Built]) -> None:
    files = wheel_files(built[distribution.name].wheel)
    assert {f"{source.name}/py.typed" for source in distribution.sources} <= set(files)


@every_distribution
def test_the_metadata_says_version_licence_and_python(
    distribution: Distribution, built: dict[str, Built]
) -> None:
    metadata = wheel_metadata(built[distribution.name].wheel)
    said = {
        key: metadata[key] for key in ("Name", "Version", "License-Expression", "Requires-Python")
    }
    assert said == {
        "Name": distribution.name,
        "Version": version(),
        "License-Expression": "Apache-2.0 AND MIT" if distribution == CORE else "Apache-2.0",
        "Requires-Python": ">=3.10",
    }


@every_distribution
def test_the_requirements_are_these(distribution: Distribution, built: dict[str, Built]) -> None:
    found = {
        (requirement.name, str(requirement.marker) if requirement.marker else None)
        for requirement in requirements(built[distribution.name].wheel)
    }
    assert found == REQUIREMENTS[distribution]


@every_distribution
def test_every_requirement_has_a_lower_bound(
    distribution: Distribution, built: dict[str, Built]
) -> None:
    for requirement in requirements(built[distribution.name].wheel):
        assert any(bound.operator == ">=" for bound in requirement.specifier), str(requirement)


@every_distribution
def test_the_entry_points_are_these(distribution: Distribution, built: dict[str, Built]) -> None:
    assert entry_points(built[distribution.name].wheel) == ENTRY_POINTS[distribution]


@pytest.mark.parametrize("adapter", [TORCH, PADDLE], ids=lambda d: d.name)
def test_an_adapter_accepts_the_core_of_its_own_version(
    adapter: Distribution, built: dict[str, Built]
) -> None:
    [core] = [r for r in requirements(built[adapter.name].wheel) if r.name == CORE.name]
    assert version() in core.specifier


@every_distribution
def test_the_licence_is_the_repositorys(
    distribution: Distribution, built: dict[str, Built]
) -> None:
    # A copy, since a build cannot take a file from outside its folder.
    files = wheel_files(built[distribution.name].wheel)
    [licence] = [text for name, text in files.items() if name.endswith("/licenses/LICENSE")]
    assert licence == (ROOT / "LICENSE").read_bytes()


@every_distribution
def test_the_wheel_built_from_the_sdist_is_the_wheel_built_from_the_tree(
    distribution: Distribution, built: dict[str, Built], tmp_path: Path
) -> None:
    # Alone in its folder: the version then comes from the sdist, no longer from the core beside it.
    folder = unpacked(built[distribution.name].sdist, tmp_path / "unpacked")
    again = build(folder, tmp_path / "again")
    assert wheel_files(again.wheel) == wheel_files(built[distribution.name].wheel)
