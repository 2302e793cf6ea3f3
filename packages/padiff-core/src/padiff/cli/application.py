"""The command as a whole: its options, its commands, and how it is started."""

from __future__ import annotations

from typing import Annotated

import typer

from padiff._version import __version__
from padiff.cli.compare import compare
from padiff.cli.doctor import doctor
from padiff.cli.guard import guarded
from padiff.cli.inits import inits
from padiff.cli.run import run
from padiff.cli.show import show

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"max_content_width": 100},
)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - a flag is what typer passes
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[  # noqa: FBT002 - its callback does the work
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Carry weights between deep-learning frameworks, and find where two models part."""


for _command in (compare, run, show, inits, doctor):
    app.command()(guarded(_command))


def main() -> None:
    """Run the command with the arguments of the process."""
    app(prog_name="padiff")
