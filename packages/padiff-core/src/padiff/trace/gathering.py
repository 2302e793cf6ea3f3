"""All traces at a path: one, or those of several ranks or steps."""

from __future__ import annotations

from pathlib import Path

from padiff.errors import TraceError
from padiff.trace.codec import INDEX_NAME
from padiff.trace.folder import RANK, STEP, drafts, parts

__all__ = ["traces_at"]


def traces_at(path: Path) -> dict[str, Path]:
    """The traces at a path, by their place within it.

    Args:
        path: A trace, or a folder of folders `rank_<n>` or `step_<n>`, each again such a path.

    Returns:
        `{"": path}` if it is no such folder; otherwise `{"rank_0": ..., "step_3/rank_0": ...}`, by
        number. Whether a whole trace is there is not looked into.

    Raises:
        TraceError: If a recording in such a folder never came to its end: its trace would be missing.
    """
    if (path / INDEX_NAME).exists():
        return {"": path}
    within = parts(path, RANK) or parts(path, STEP)
    if not within:
        return {"": path}
    _check_whole(path, {part.name for part in within})
    return {
        "/".join(filter(None, (part.name, place))): trace
        for part in within
        for place, trace in traces_at(part).items()
    }


def _check_whole(path: Path, names: set[str]) -> None:
    missing = sorted(set(drafts(path)) - names)
    if missing:
        raise TraceError(
            "A recording in a folder of traces was cut off.",
            where=str(path),
            got=f"no trace, but the beginnings of one: {', '.join(missing)}",
            expected="a whole trace for each",
            hint="record again; or, if it is of no use, delete what was cut off"
            f" ({', '.join(str(drafts(path)[name]) for name in missing)})",
        )
