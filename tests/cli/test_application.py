"""The command `padiff` as a whole: how it is started, and what it says of itself."""

from __future__ import annotations

import os
import subprocess
import sys

from typer.testing import CliRunner

import padiff
from padiff.cli import app

RUN = CliRunner()


def test_the_version_is_that_of_the_package() -> None:
    done = RUN.invoke(app, ["--version"])
    assert (done.exit_code, done.stdout) == (0, f"{padiff.__version__}\n")


def test_without_a_command_the_help_is_printed() -> None:
    assert "Commands" in RUN.invoke(app, []).output


def test_a_command_nobody_knows_cannot_be_judged() -> None:
    done = RUN.invoke(app, ["compere"])
    assert done.exit_code == 2
    assert "No such command 'compere'." in done.stderr


def test_it_is_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "padiff", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{padiff.__version__}\n"


def test_a_shell_is_told_how_to_complete() -> None:
    asked = {"_PADIFF_COMPLETE": "complete_bash", "COMP_WORDS": "padiff in", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "padiff"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **asked},
    )
    assert done.stdout.split() == ["inits"]
