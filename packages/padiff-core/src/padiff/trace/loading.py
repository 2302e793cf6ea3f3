"""`load_weights`: weights out of a trace, where the framework that made them is not installed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from padiff.transfer import assign_weight

if TYPE_CHECKING:
    from padiff.registry import Registry
    from padiff.trace.trace import Trace
    from padiff.transfer import Progress
    from padiff.transfer_report import TransferReport

__all__ = ["load_weights"]


def load_weights(
    trace: Trace | str | os.PathLike[str],
    model: Any,
    *,
    ignore: Iterable[Any] = (),
    cast: bool = False,
    registry: Registry | None = None,
    progress: Progress | None = None,
) -> TransferReport:
    """Copy the weights a run began with into a model: all of them or none.

    The same as `assign_weight(trace, model)`, whose options and errors it has.

    Args:
        trace: A trace recorded with `weights=True`, or its path. Of a `Trace` that was moved, the
            weights of the moment it is at.
        model: The model weights go to.
        ignore: What to leave out on either side.
        cast: Convert between dtypes of one category.
        registry: Layouts and init functions; the default registry if None.
        progress: Called with bytes done and bytes in all.

    Returns:
        A report, always truthy, that lists each tensor with how it got its value.

    Raises:
        TraceError: If there is no trace, or it is damaged.
        PadiffError: See `assign_weight`; the model is as it was before.
    """
    return assign_weight(
        trace, model, ignore=ignore, cast=cast, registry=registry, progress=progress
    )
