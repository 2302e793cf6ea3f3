"""`padiff show`: what was recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from padiff.cli.consoles import output
from padiff.cli.showing import listing, tree
from padiff.trace.gathering import traces_at
from padiff.trace.survey import survey
from padiff.trace.trace import Trace

__all__ = ["show"]


def show(
    trace: Annotated[Path, typer.Argument(metavar="TRACE", help="A trace, or a folder of ranks.")],
    *,
    depth: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Modules down to this depth (0: the model)."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="See that every value is what was written.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what a trace holds, module by module.

    Of a folder of ranks or steps, a line for each.
    """
    opened = {place: Trace(path) for place, path in traces_at(trace).items()}
    if check:
        for each in opened.values():
            each.check_values()
    found = {place: survey(each) for place, each in opened.items()}
    single = found.get("")
    console = output()
    if as_json:
        plain = single.to_dict() if single else {p: each.to_dict() for p, each in found.items()}
        console.out(json.dumps(plain, indent=2))
    elif single:
        for part in tree(single, depth):
            console.print(part)
    else:
        console.print(listing(found))
    if check and not as_json:
        console.print("All values are what was written.")
