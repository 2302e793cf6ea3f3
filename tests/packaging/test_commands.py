"""What README.md tells people to run is what the checks run."""

from __future__ import annotations

import re
import sys

import pytest

from tests.packaging.distributions import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FIRST_STEPS = ["demo", "test"]


def first_step(script: str) -> str:
    """A command that works on a fresh machine with Python and pip."""
    return f"python -m pip install hatch && hatch run {script}"


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_the_first_commands_of_the_readme_are_the_demo_and_the_tests() -> None:
    commands = re.findall(r"^\s*(python .*|hatch .*)$", text("README.md"), re.MULTILINE)
    assert commands[:2] == [first_step(script) for script in FIRST_STEPS]


def test_the_checks_run_the_readmes_test_command_then_types_then_style() -> None:
    commands = re.findall(r"^.*\bhatch run .*$", text(".ci/run"), re.MULTILINE)
    assert commands == [f"{first_step('test')} || exit", "hatch run types", "hatch run lint"]


def test_every_file_that_a_hatch_script_names_exists() -> None:
    named = set(re.findall(r"\{root\}/([\w./-]+)", text("hatch.toml")))
    assert "examples/ocr/main.py" in named
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize(
    "name", [*FIRST_STEPS, "minilm", "types", "lint", "check", "matrix", "traces"]
)
def test_hatch_has_the_script(name: str) -> None:
    assert name in tomllib.loads(text("hatch.toml"))["envs"]["default"]["scripts"]


def test_every_environment_uses_pip_and_leaves_the_root_uninstalled() -> None:
    # Both are inherited from an environment's template; one that is its own template must say so.
    for name, settings in tomllib.loads(text("hatch.toml"))["envs"].items():
        if settings.get("template", name) == name:
            assert (settings["installer"], settings["skip-install"]) == ("pip", True), name


def test_the_changelog_has_an_entry_for_what_is_not_released_yet() -> None:
    assert "\n## [Unreleased]\n" in text("CHANGELOG.md")
