"""Writing how the layers of two traces are paired, for somebody to edit."""

from __future__ import annotations

from pathlib import Path

from padiff.cli.comparing.pairs import trace_pairs
from padiff.cli.consoles import say_written
from padiff.files.layer_map import layer_map_file
from padiff.trace.trace import Trace
from padiff.writing import check_folder, check_new, write_text

__all__ = ["write_layer_map"]


def write_layer_map(base: Path, raw: Path, path: Path, *, force: bool, quiet: bool) -> None:
    """Write a layer map; of several ranks or steps, that of the first, for all have the same model.

    Args:
        base: Base's trace, or a folder of them.
        raw: Raw's.
        path: The file.
        force: Whether it may take the place of another.
        quiet: Do not say so.

    Raises:
        PadiffError: If the traces cannot be read, or the file cannot be written.
    """
    check_folder(path)
    if not force:
        check_new(path)
    ours, theirs = next(iter(trace_pairs(base, raw).values()))
    write_text(path, layer_map_file(Trace(ours).model(), Trace(theirs).model()))
    if not quiet:
        say_written(path)
