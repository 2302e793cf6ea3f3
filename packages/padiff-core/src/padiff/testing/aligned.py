"""`assert_aligned`: `padiff.align` as one line of a test."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from typing_extensions import ParamSpec

from padiff.aligning.run import align
from padiff.report.alignment import AlignmentReport

__all__ = ["assert_aligned"]

P = ParamSpec("P")
R = TypeVar("R")


def _called_like(function: Callable[P, R]) -> Callable[[Callable[..., R]], Callable[P, R]]:
    """Give a function the parameters of another."""
    return wraps(function, assigned=())


@_called_like(align)
def assert_aligned(*args: Any, **options: Any) -> AlignmentReport:
    """Align two models, and fail with the report's text if they part.

    Args:
        *args: Base, raw and the inputs, as for `padiff.align`.
        **options: Those of `padiff.align`.

    Returns:
        The report.

    Raises:
        AssertionError: If the models are not aligned; its message is the report.
        PadiffError: As `padiff.align` raises it.
    """
    __tracebackhide__ = True
    report = align(*args, **options)
    if not report:
        raise AssertionError(str(report))
    return report
