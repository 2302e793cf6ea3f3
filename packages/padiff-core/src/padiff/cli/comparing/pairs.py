"""Which trace of base is held against which of raw."""

from __future__ import annotations

from pathlib import Path

from padiff.errors import TraceError
from padiff.trace.gathering import traces_at

__all__ = ["trace_pairs"]


def trace_pairs(base: Path, raw: Path) -> dict[str, tuple[Path, Path]]:
    """The traces at two paths, each with its counterpart, by their place within.

    Args:
        base: A trace, or a folder of those of several ranks or steps.
        raw: The same.

    Returns:
        `{"": (base, raw)}` of two traces, `{"rank_0": (..., ...), ...}` of folders.

    Raises:
        TraceError: If one side has a rank or a step that the other has not.
    """
    ours, theirs = traces_at(base), traces_at(raw)
    if ours.keys() != theirs.keys():
        raise TraceError(
            "The two sides did not record the same ranks and steps.",
            where=f"base {base}, raw {raw}",
            got=f"base {_listed(ours)}; raw {_listed(theirs)}",
            expected="the same folders on both sides, each compared with its namesake",
        )
    return {place: (ours[place], theirs[place]) for place in ours}


def _listed(found: dict[str, Path]) -> str:
    return "a single trace" if "" in found else ", ".join(found)
