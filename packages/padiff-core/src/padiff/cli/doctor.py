"""`padiff doctor`: what is installed here, and what is known to go wrong with it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from padiff.cli.consoles import errors, output
from padiff.cli.diagnosis.checks import examine
from padiff.cli.diagnosis.environment import read_environment
from padiff.cli.diagnosis.finding import Finding, State
from padiff.cli.diagnosis.imports import import_findings
from padiff.cli.diagnosis.plugins import frameworks, plugin_findings
from padiff.report.wording import count

__all__ = ["doctor"]

_STYLES: dict[State, str] = {"ok": "green", "note": "yellow", "wrong": "bold red"}


def doctor(
    *,
    try_imports: Annotated[
        bool,
        typer.Option(
            "--import", help="Import the frameworks, alone and together, in other processes."
        ),
    ] = False,
) -> None:
    """Print what is installed, and what is known to go wrong with it.

    Frameworks, adapters, versions, and trouble between them. The status is 1 if something is wrong.
    """
    of_plugins, loaded = plugin_findings()
    known = frameworks(loaded)
    packages = [framework.package for framework in known.values()]
    environment = read_environment([*packages, "setuptools"])
    findings = [*examine(environment, known), *of_plugins]
    if try_imports:
        present = [package for package in packages if environment.packages[package]]
        with errors().status("importing frameworks"):
            findings += import_findings(present)
    _print(findings)
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)


def _print(findings: list[Finding]) -> None:
    console = output()
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for finding in findings:
        state = Text(finding.state, style=_STYLES[finding.state])
        said = Text(finding.found)
        if finding.remark:
            said.append(f"\n{finding.remark}", style="dim")
        table.add_row(state, finding.subject, said)
    console.print(table)
    wrong = sum(finding.state == "wrong" for finding in findings)
    console.print(f"{count(wrong, 'thing')} wrong." if wrong else "Nothing is wrong.")
