"""The console command, `padiff`; also `python -m padiff`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from padiff._version import __version__
from padiff.catalogue import make_catalogue
from padiff.catalogue_page import page
from padiff.defaults import registry
from padiff.errors import PadiffError

__all__ = ["app", "inits", "main"]

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


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


@app.command()
def inits(
    name: Annotated[
        str, typer.Argument(help="Only kinds and classes with this in their name.")
    ] = "",
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown page.")] = False,
) -> None:
    """Print every layer padiff can initialise: kinds, classes, directions, init functions."""
    everything = make_catalogue(registry)
    if not everything:
        typer.echo("No adapter is installed: python -m pip install padiff-torch padiff-paddle")
        return
    found = everything.matching(name)
    if not found:
        typer.echo(f"No registered kind or class has '{name}' in its name.", err=True)
        raise typer.Exit(1)
    if markdown:
        typer.echo(page(found), nl=False)
    else:
        Console().print(found)


def main() -> None:
    """Run the command. An error of padiff's own is printed, and the status is 1."""
    try:
        app()
    except PadiffError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None
