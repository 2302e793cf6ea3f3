"""The console command `padiff`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner

import padiff
from padiff import cli
from padiff.errors import PluginError
from padiff.registry import Registry

from .toys import toys

RUN = CliRunner()


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Callable[[Registry], None]:
    """Puts another registry in the place of the default one."""
    return lambda registry: monkeypatch.setattr(cli, "registry", registry)


def test_inits_prints_what_is_registered(registered: Callable[[Registry], None]) -> None:
    registered(toys())
    done = RUN.invoke(cli.app, ["inits"])
    assert done.exit_code == 0
    assert [
        word for word in ("scale", "shift", "box", "Init functions") if word in done.stdout
    ] == [
        "scale",
        "shift",
        "box",
        "Init functions",
    ]


def test_inits_prints_what_is_asked_for(registered: Callable[[Registry], None]) -> None:
    registered(toys())
    done = RUN.invoke(cli.app, ["inits", "SHIFT"])
    assert "y = x + s" in done.stdout
    assert "y = w x" not in done.stdout


def test_inits_prints_a_page(registered: Callable[[Registry], None]) -> None:
    registered(toys())
    done = RUN.invoke(cli.app, ["inits", "--markdown", "shift"])
    assert done.stdout.startswith("# Layers\n\n")
    assert done.stdout.endswith("| `shift` | `out` |  |  |\n")


def test_inits_says_when_nothing_has_that_name(registered: Callable[[Registry], None]) -> None:
    registered(toys())
    done = RUN.invoke(cli.app, ["inits", "stretch"])
    assert (done.exit_code, done.stdout, done.stderr) == (
        1,
        "",
        "No registered kind or class has 'stretch' in its name.\n",
    )


def test_inits_says_when_no_adapter_is_installed(registered: Callable[[Registry], None]) -> None:
    registered(Registry())
    done = RUN.invoke(cli.app, ["inits"])
    assert (done.exit_code, done.stdout) == (
        0,
        "No adapter is installed: python -m pip install padiff-torch padiff-paddle\n",
    )


def test_the_version_is_that_of_the_package() -> None:
    done = RUN.invoke(cli.app, ["--version"])
    assert (done.exit_code, done.stdout) == (0, f"{padiff.__version__}\n")


def test_without_a_command_the_help_is_printed() -> None:
    assert "Commands" in RUN.invoke(cli.app, []).output


def test_an_error_of_padiffs_own_is_a_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_registry: Registry) -> None:
        raise PluginError("A plugin could not be loaded.", where="toy", hint="repair it")

    monkeypatch.setattr(cli, "make_catalogue", broken)
    monkeypatch.setattr("sys.argv", ["padiff", "inits"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 1
    assert capsys.readouterr().err == (
        "A plugin could not be loaded.\n  where:    toy\n  hint:     repair it\n"
    )
