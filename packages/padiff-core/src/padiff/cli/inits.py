"""`padiff inits`: what is supported."""

from __future__ import annotations

from typing import Annotated

import typer

from padiff.catalogue import make_catalogue
from padiff.catalogue_page import page
from padiff.cli.consoles import output
from padiff.defaults import registry

__all__ = ["inits"]


def inits(
    name: Annotated[
        str, typer.Argument(help="Only kinds and classes with this in their name.")
    ] = "",
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown page.")] = False,
) -> None:
    """Print every layer padiff can initialise.

    Kinds, their classes in each framework, directions, and init functions.
    """
    everything = make_catalogue(registry)
    if not everything:
        typer.echo("No adapter is installed: python -m pip install padiff-torch padiff-paddle")
        return
    found = everything.matching(name)
    if not found:
        typer.echo(f"No registered kind or class has '{name}' in its name.", err=True)
        raise typer.Exit(1)
    if markdown:
        output().out(page(found), end="")
    else:
        output().print(found)
