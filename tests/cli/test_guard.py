"""An error never ends a command with the status of a verdict."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest
import typer
from typer.testing import CliRunner

from padiff.cli.guard import guarded
from padiff.cli.stopping import Stopped
from padiff.errors import PluginError


def ended(act: Callable[[], None]) -> tuple[int, str, str]:
    """The status of a command that does this, and what it wrote."""
    app = typer.Typer()

    def command() -> None:
        act()

    app.command()(guarded(command))
    done = CliRunner().invoke(app)
    return done.exit_code, done.stdout, done.stderr


def raising(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def test_a_command_that_ends_by_itself_is_left_alone() -> None:
    assert ended(lambda: None) == (0, "", "")
    assert ended(raising(typer.Exit(1))) == (1, "", "")


def test_an_error_of_padiffs_own_is_its_text() -> None:
    error = PluginError("A plugin could not be loaded.", where="toy", hint="repair it")
    assert ended(raising(error)) == (
        2,
        "",
        "A plugin could not be loaded.\n  where:    toy\n  hint:     repair it\n",
    )


@pytest.mark.parametrize("error", [ValueError("seven"), EOFError("seven"), SystemExit("seven")])
def test_any_other_error_is_its_traceback_and_a_line(error: BaseException) -> None:
    status, printed, said = ended(raising(error))
    assert (status, printed) == (2, "")
    assert said.startswith("Traceback (most recent call last):\n")
    assert said.endswith(
        f"\n{type(error).__name__}: seven\n"
        f"padiff failed with an error it did not expect: {type(error).__name__}: seven\n"
    )


def test_ctrl_c_has_the_status_a_shell_gives_it() -> None:
    assert ended(raising(KeyboardInterrupt())) == (130, "", "Interrupted.\n")


def test_a_signal_has_the_status_a_shell_gives_it() -> None:
    assert ended(raising(Stopped(signal.SIGTERM))) == (143, "", "Ended by SIGTERM.\n")
