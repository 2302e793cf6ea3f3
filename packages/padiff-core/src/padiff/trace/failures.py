"""The words of a recording that failed, came to nothing, or missed something."""

from __future__ import annotations

from padiff.errors import PadiffError, TraceError

__all__ = ["came_late", "failed", "nothing_recorded"]


def failed(name: str, failure: Exception) -> Exception:
    """What to raise when the run is over.

    Args:
        name: The model's.
        failure: What kept the recording from going on.
    """
    if isinstance(failure, PadiffError):
        return failure
    error = TraceError(
        "The recording failed; the run was not disturbed.",
        where=name,
        got=f"{type(failure).__name__}: {failure}",
    )
    error.__cause__ = failure
    return error


def nothing_recorded(name: str, *, called: bool, stepped: int | None) -> TraceError:
    """What to raise if no step came to its end.

    Args:
        name: The model's.
        called: Whether the model was called.
        stepped: How often its optimizer stepped; None if none was watched.
    """
    got = "the model was called" if called else "the model was not called"
    if stepped is not None:
        times = {0: "did not step", 1: "stepped once"}
        got += f", its optimizer {times.get(stepped, f'stepped {stepped} times')}"
    return TraceError(
        "Nothing was recorded.",
        where=name,
        got=got,
        expected="at least one step inside the block",
        hint=""
        if called
        else "what was exported calls no hooks: record the model it was made from",
    )


def came_late(count: int) -> str:
    """What to warn of if gradients came when their steps were over."""
    return (
        f"{count} gradients came after their steps were over, and are not in the trace: "
        "without optimizer=, a step ends when the model is called again."
    )
