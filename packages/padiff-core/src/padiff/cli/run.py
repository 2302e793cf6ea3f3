"""`padiff run`: both models in processes of their own, then the comparison."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from padiff.cli.comparing.comparing import Comparison
from padiff.cli.consoles import errors
from padiff.cli.running.display import shown
from padiff.cli.running.reading import check_startable, read_config
from padiff.cli.running.recording import record_both

__all__ = ["run"]


def run(
    config: Annotated[
        Path, typer.Argument(metavar="FILE", help="A TOML file with the two commands, and options.")
    ],
    *,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", help="Print one line; what a command wrote only if it fails."
        ),
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Print a line for every layer.")] = False,
) -> None:
    """Run both models, each in a process of its own, and compare them.

    The file names their commands. Each finds in PADIFF_TRACE where padiff.record is to record to.
    The status is that of compare.
    """
    read = read_config(config)
    for command in (read.base, read.raw):
        check_startable(command)
    read.asked.check()
    read.outputs.check([""])
    with shown(errors(), quiet=quiet) as display:
        record_both(read, display)
    comparison = Comparison(read.asked, read.outputs, quiet=quiet, full=full)
    raise typer.Exit(comparison.run(read.base.trace, read.raw.trace))
