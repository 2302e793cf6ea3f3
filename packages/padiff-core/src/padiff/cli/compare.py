"""`padiff compare`: two recorded runs, held against each other."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from padiff.cli.comparing.asked import Asked
from padiff.cli.comparing.comparing import Comparison
from padiff.cli.comparing.judging import judge_saved
from padiff.cli.comparing.mapping import write_layer_map
from padiff.cli.comparing.outputs import Outputs

__all__ = ["LanguageName", "ModeName", "PhaseName", "compare"]


class ModeName(str, Enum):
    """`padiff.compare.tolerance.Mode`, as a shell completes it."""

    strict = "strict"
    mean = "mean"
    abs_mean = "abs_mean"


class PhaseName(str, Enum):
    """Those of `padiff.aligning.settings.DiffPhase` that a recorded run can be compared in."""

    both = "both"
    forward = "forward"


class LanguageName(str, Enum):
    """`padiff.report.page.render.Language`."""

    en = "en"
    zh = "zh"


_ALLOWED = "What is allowed"
_COMPARED = "What is compared"
_WRITTEN = "What is written"


def compare(  # noqa: PLR0913 - each option is one thing a user may want different
    base: Annotated[
        Path,
        typer.Argument(
            metavar="BASE",
            help="The trace of the model that is right, or a folder of ranks; or, alone, what"
            " --json wrote: to be judged again.",
        ),
    ],
    raw: Annotated[
        Path | None,
        typer.Argument(metavar="RAW", help="That of the model that is to do the same."),
    ] = None,
    *,
    rtol: Annotated[
        float | None, typer.Option(help="Relative tolerance.", rich_help_panel=_ALLOWED)
    ] = None,
    atol: Annotated[
        float | None, typer.Option(help="Absolute tolerance.", rich_help_panel=_ALLOWED)
    ] = None,
    tolerance_file: Annotated[
        Path | None,
        typer.Option(metavar="TOML", help="Rules by path, in a file.", rich_help_panel=_ALLOWED),
    ] = None,
    mode: Annotated[
        ModeName | None,
        typer.Option(
            help="Each element (the default), or the mean error.", rich_help_panel=_ALLOWED
        ),
    ] = None,
    phase: Annotated[
        PhaseName,
        typer.Option(help="Leave the backward pass out, or not.", rich_help_panel=_COMPARED),
    ] = PhaseName.both,
    depth: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="Layers down to this depth (0: the model).",
            rich_help_panel=_COMPARED,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN",
            help="Leave out layers and tensors of such paths (fnmatch); may be repeated.",
            rich_help_panel=_COMPARED,
        ),
    ] = None,
    layer_map: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="TOML",
            help="Layers paired by hand, in a file.",
            rich_help_panel=_COMPARED,
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="A page to look around in.", rich_help_panel=_WRITTEN)
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="For a pull request.", rich_help_panel=_WRITTEN)
    ] = None,
    json: Annotated[
        Path | None, typer.Option(help="For machines.", rich_help_panel=_WRITTEN)
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(help="For a build server.", rich_help_panel=_WRITTEN)
    ] = None,
    language: Annotated[
        LanguageName, typer.Option(help="Of the page.", rich_help_panel=_WRITTEN)
    ] = LanguageName.en,
    write_map: Annotated[
        Path | None,
        typer.Option(
            metavar="TOML",
            help="How layers are paired, as a file to edit.",
            rich_help_panel=_WRITTEN,
        ),
    ] = None,
    write_tolerances: Annotated[
        Path | None,
        typer.Option(
            metavar="TOML",
            help="Each layer's largest error, as a file of rules to edit.",
            rich_help_panel=_WRITTEN,
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Write these two over what is there.", rich_help_panel=_WRITTEN
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print one line.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Print a line for every layer.")] = False,
) -> None:
    """Compare two recorded runs; name the first place where they part.

    The status is 0 if they are aligned, 1 if they are not, 2 if that could not be judged.
    """
    if write_map and raw is not None:
        write_layer_map(base, raw, write_map, force=force, quiet=quiet)
    comparison = Comparison(
        Asked(
            atol,
            rtol,
            mode.value if mode else None,
            phase.value,
            depth,
            tuple(ignore or ()),
            tolerance_file,
            layer_map,
        ),
        Outputs(
            html,
            markdown,
            json,
            junit=junit,
            tolerances=write_tolerances,
            force=force,
            language=language.value,
        ),
        quiet=quiet,
        full=full,
    )
    if raw is not None:
        raise typer.Exit(comparison.run(base, raw))
    if write_map:
        raise typer.BadParameter("a layer map is written of two traces", param_hint="--write-map")
    raise typer.Exit(judge_saved(base, comparison))
