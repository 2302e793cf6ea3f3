"""Running variances: what raw should hold if it counts as its own framework does.

torch feeds the unbiased variance of a batch (divided by n - 1) into the running variance, paddle the
biased one (divided by n): measured on torch 2.13.0 and paddle 3.3.1, and no argument changes it. With
momentum m and n numbers per feature, old + m (biased - old) = new - (new - (1 - m) old) / n where new
is torch's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from padiff.aligning.targets import Watched
    from padiff.capture.recording import Recording
    from padiff.protocols import Array

__all__ = ["counts_otherwise", "expected_statistics"]

_UNBIASED = {"torch": True, "paddle": False}


def expected_statistics(
    watched: Watched,
    name: str,
    base: Array,
    before: tuple[Array, Array] | None,
    recording: Recording,
    key: int,
) -> tuple[Array | None, str]:
    """What raw's buffer should hold, and a note on how that was found.

    Args:
        watched: The layer.
        name: Canonical name of the buffer.
        base: Base's values now.
        before: What base held before the step, and what raw was to hold; None if that is not known.
        recording: Base's run, for how many numbers a statistic was taken over.
        key: The layer's key in it.

    Returns:
        Base's own values, corrected where the two frameworks count differently; or None if they
        cannot be corrected, with the reason.
    """
    if not counts_otherwise(watched, name):
        return base, ""
    if before is not None and np.array_equal(before[0], base):
        return base, ""
    momentum, count = _momentum(watched), _count(recording, key, base.size)
    if momentum is None or count is None or count < 2 or before is None:
        return None, (
            "torch keeps the unbiased running variance and paddle the biased one; "
            "the layer was not called exactly once, so the two cannot be converted"
        )
    old, theirs, new = (values.astype(np.float64) for values in (*before, base))
    fed = new - (1 - momentum) * old
    share = -1 / count if _UNBIASED[watched.base.framework] else 1 / (count - 1)
    kept = (1 - momentum) * (theirs - old)  # what they were apart before; 0 on equal ground
    found = (new + share * fed + kept).astype(base.dtype)
    return found, "base's, corrected for the unbiased variance"


def counts_otherwise(watched: Watched, name: str) -> bool:
    """Whether the two frameworks count a buffer differently, so that it is to be converted."""
    frameworks = watched.base.framework, watched.raw.framework
    bias = {_UNBIASED.get(framework) for framework in frameworks}
    return watched.kind == "batch_norm" and name == "running_var" and bias == {True, False}


def _momentum(watched: Watched) -> float | None:
    unit = watched.pair.base if watched.pair else None
    setting = unit.layout.settings.get("momentum") if unit and unit.layout else None
    if setting is None:
        return None
    try:
        value: Any = setting.read(watched.base.module).canonical
    except AttributeError:
        return None
    return float(value) if isinstance(value, (int, float)) else None


def _count(recording: Recording, key: int, features: int) -> int | None:
    """How many numbers per feature the one call of the layer saw; None if it was not just one."""
    if recording.count(key) != 1:
        return None
    inputs = next(iter(recording.calls[key, 0].inputs.values()), None)
    if inputs is None:
        return None
    return math.prod(inputs.shape) // max(features, 1)
