"""`assert_aligned`: a comparison as one line of a test."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from typing_extensions import ParamSpec

from padiff.aligning.offline import compare_traces
from padiff.aligning.run import align
from padiff.errors import UsageError
from padiff.report.alignment import AlignmentReport
from padiff.trace.trace import Trace

__all__ = ["assert_aligned", "compare_sides", "require_aligned"]

P = ParamSpec("P")
R = TypeVar("R")


def _called_like(function: Callable[P, R]) -> Callable[[Callable[..., R]], Callable[P, R]]:
    """Give a function the parameters of another."""
    return wraps(function, assigned=())


@_called_like(align)
def assert_aligned(*args: Any, **options: Any) -> AlignmentReport:
    """Compare two models, or two traces, and fail with the report's text if they part.

    Args:
        *args: Base, raw and the inputs, as for `padiff.align`. If base and raw are both traces, or the
            paths of some, `padiff.compare_traces` holds one against the other, without inputs.
        **options: Those of the function that compares.

    Returns:
        The report.

    Raises:
        AssertionError: If the two are not aligned; its message is the report.
        PadiffError: If they could not be compared.
    """
    __tracebackhide__ = True
    return require_aligned(compare_sides(*args, **options))


def compare_sides(base: Any, raw: Any, inputs: Any = None, **options: Any) -> AlignmentReport:
    """The report of two models or two traces, whatever it says; see `assert_aligned`."""
    if not all(isinstance(side, (Trace, str, os.PathLike)) for side in (base, raw)):
        return align(base, raw, inputs, **options)
    if inputs is not None:
        raise UsageError(
            "Two traces take no inputs: nothing is run.",
            got=f"inputs of type {type(inputs).__name__}",
            expected="base and raw alone",
        )
    return compare_traces(base, raw, **options)


def require_aligned(report: AlignmentReport) -> AlignmentReport:
    """Fail with a report's text if it is not truthy; else the report."""
    __tracebackhide__ = True
    if not report:
        raise AssertionError(str(report))
    return report
