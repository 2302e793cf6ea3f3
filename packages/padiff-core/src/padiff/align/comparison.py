"""One tensor of base held against one of raw."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from padiff.compare.measure import measure
from padiff.compare.metrics import Incomparable, Measured, Metrics

if TYPE_CHECKING:
    from padiff.compare.rules import Tolerances
    from padiff.compare.tolerance import Tolerance
    from padiff.protocols import Array

__all__ = ["Comparison", "Gauge", "Mark", "match_slots"]

Mark: TypeAlias = Literal["identical", "within", "rounding", "suspicious", "wrong", "unmatched"]
"""How two tensors compare.

* `identical`: every element is equal.
* `within`: within tolerance.
* `rounding`: beyond tolerance, and no further than base is from itself computed in float64.
* `suspicious`: beyond that, by a factor rounding may explain in an ill-conditioned layer.
* `wrong`: beyond that; or of another shape or dtype, or missing on one side.
* `unmatched`: the other side has no such tensor, and need not have (an extra output).
"""


@dataclass(eq=False, slots=True)
class Comparison:
    """A measured pair of tensors; `mark` may be revised once the noise floor is known."""

    name: str
    """What it is: `output`, `output.0`, `input.x`, `weight`, `running_mean`, ..."""
    base_path: str
    raw_path: str
    measured: Measured | None
    """None if one side has no such tensor."""
    mark: Mark
    note: str = ""
    floor: Metrics | None = None
    """Base's own rounding error here, if it was needed: base held against base in float64."""

    @property
    def agrees(self) -> bool:
        """Whether the difference, if any, is none."""
        return self.mark in ("identical", "within", "rounding", "unmatched")


class Gauge:
    """Measures pairs of tensors with the tolerances of one alignment."""

    def __init__(self, tolerances: Tolerances) -> None:
        self.tolerances = tolerances
        self.seen: set[tuple[str, str]] = set()
        """Paths of both sides that were compared, to find rules no tensor falls under."""

    def compare(
        self,
        name: str,
        paths: tuple[str, str],
        base: Array,
        raw: Array,
        *,
        scale: float | None = None,
    ) -> Comparison:
        """Measure one pair.

        Args:
            name: What the tensor is.
            paths: The dotted paths of the layer, or the tensor, on both sides.
            base: Base's values.
            raw: Raw's values.
            scale: What the default absolute tolerance is multiplied with: for quantities whose
                scale means nothing by itself, such as gradients.
        """
        self.seen.add(paths)
        tolerance = self.tolerances.of(paths[0], base.dtype, raw.dtype, raw_path=paths[1])
        if scale is not None:
            tolerance = replace(tolerance, atol=tolerance.atol * scale)
        measured = measure(base, raw, tolerance=tolerance)
        return Comparison(name, *paths, measured, mark_of(measured, tolerance))


def mark_of(measured: Measured, tolerance: Tolerance) -> Mark:
    """The mark by tolerance alone."""
    if isinstance(measured, Incomparable):
        return "wrong"
    if measured.identical:
        return "identical"
    return "within" if tolerated(measured, tolerance) else "wrong"


def tolerated(metrics: Metrics, tolerance: Tolerance) -> bool:
    """Whether the metrics are within the tolerance, in its mode."""
    if metrics.nonfinite_differences:
        return False
    if tolerance.mode == "strict":
        return metrics.required_atol <= tolerance.atol
    return metrics.mean_abs <= tolerance.allowed(metrics.mean_abs_base)


def rms(values: Array) -> float:
    """Root mean square of the finite values; 0 of an empty array."""
    flat = values.reshape(-1)
    if flat.dtype.kind != "f" or flat.dtype.itemsize < 4:
        flat = flat.astype(np.complex128 if flat.dtype.kind == "c" else np.float64)
    square = float(np.vdot(flat, flat).real)
    if not math.isfinite(square):
        flat = flat[np.isfinite(flat)].astype(
            np.complex128 if flat.dtype.kind == "c" else np.float64
        )
        square = float(np.vdot(flat, flat).real)
    return math.sqrt(square / flat.size) if flat.size else 0.0


def match_slots(
    base: Mapping[str, Array], raw: Sequence[tuple[str, Array]], *, lenient: bool
) -> list[tuple[str, str]]:
    """Which slot of base stands for which of raw.

    By name where both have the same names, else by position. `lenient` (inputs: the two frameworks
    may be called with other masks and flags) pairs only what has one shape and dtype, in order.
    """
    names = [slot for slot, _ in raw]
    if lenient:
        return _in_order(base, raw)
    if set(names) == set(base):
        return [(name, name) for name in base]
    return list(zip(base, names, strict=False))


def _in_order(base: Mapping[str, Array], raw: Sequence[tuple[str, Array]]) -> list[tuple[str, str]]:
    result = []
    rest = list(raw)
    for slot, ours in base.items():
        for i, (name, theirs) in enumerate(rest):
            if ours.shape == theirs.shape and ours.dtype == theirs.dtype and ours.dtype.kind != "b":
                result.append((slot, name))
                del rest[: i + 1]
                break
    return result
