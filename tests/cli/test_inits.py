"""`padiff inits`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from padiff import cli
from padiff.registry import Registry

from .toys import toys

RUN = CliRunner()


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Callable[[Registry], None]:
    """Puts another registry in the place of the default one."""
    return lambda registry: monkeypatch.setattr("padiff.cli.inits.registry", registry)


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
