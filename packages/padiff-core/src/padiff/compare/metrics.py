"""What was measured between two tensors: numbers only, with no opinion on them.

`Metrics` can be saved (`to_dict`) and judged again later, without the tensors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

from padiff.compare.envelope import Envelope
from padiff.compare.histogram import Histogram
from padiff.compare.scalars import Element, NonFinite, to_json
from padiff.compare.tolerance import Tolerance
from padiff.errors import PadiffError
from padiff.plain import Plain

__all__ = ["Incomparable", "Measured", "Metrics", "SavedMetricsError", "measured_from_dict"]


class SavedMetricsError(PadiffError, ValueError):
    """Saved metrics are not what `to_dict` wrote."""


@dataclass(frozen=True, slots=True)
class Incomparable:
    """Two tensors with no elements to pair up. Broadcasting never happens."""

    reason: Literal["shape", "dtype"]
    """What keeps them apart; `"shape"` where both differ."""
    base_shape: tuple[int, ...]
    raw_shape: tuple[int, ...]
    base_dtype: str
    raw_dtype: str

    def __str__(self) -> str:
        if self.reason == "shape":
            return f"base has shape {self.base_shape}, raw has shape {self.raw_shape}"
        return f"base has dtype {self.base_dtype}, raw has dtype {self.raw_dtype}"

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "reason": self.reason,
            "base_shape": list(self.base_shape),
            "raw_shape": list(self.raw_shape),
            "base_dtype": self.base_dtype,
            "raw_dtype": self.raw_dtype,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Incomparable:
        """The inverse of `to_dict`.

        Raises:
            SavedMetricsError: If a key is missing or unknown, or a value is none `to_dict` writes.
        """
        from padiff.compare.reading import read_incomparable

        return read_incomparable(_plain(data))


@dataclass(frozen=True, slots=True)
class Metrics:
    """What was measured between two tensors of one shape.

    Where not said otherwise, a number is over the elements that are finite on both sides, and
    `error` is `|base - raw|` (of complex numbers, the modulus). Sums are made in float64 out of
    partial sums of 8192 elements. These are made in float32 for floats of at most 32 bits and
    integers of at most 16; without detail, also for float64 tensors that nearly agree. Counts are
    exact. Where errors are in float32, `max_abs` and `max_rel` are exactly those of the element that
    is largest there.
    """

    shape: tuple[int, ...]
    base_dtype: str
    raw_dtype: str
    tolerance: Tolerance
    """The tolerance that `out_of_tolerance` and `required_atol` were measured with; in every mode,
    these two apply it to each element."""
    max_abs: float
    """The largest error; infinite if it exceeds float64."""
    mean_abs: float
    rms: float
    """Root of the mean squared error."""
    max_rel: float
    """The largest `error / |base|`. Infinite if base is 0 where raw is not; 0 where both are 0."""
    mean_abs_base: float
    """Mean of `|base|`."""
    rms_base: float
    """Root of the mean of `|base|` squared."""
    cosine: float
    """Cosine of the angle between the flattened tensors (its real part if complex). 1 if both are
    all zeros, 0 if one of them is; NaN if squares exceed float64."""
    out_of_tolerance: int
    """How many elements are beyond the tolerance, those of `nonfinite_differences` included; at least
    so many, of metrics that were judged again (`padiff.compare.judged_with`)."""
    required_atol: float
    """The smallest atol with which, at the same rtol, every finite element is within tolerance; of
    metrics without an envelope that were judged again, one that suffices."""
    max_ulps: int | None
    """The largest distance in units in the last place, of the narrower of the two dtypes (of complex
    numbers, over the parts). None for integers and booleans."""
    base_nonfinite: NonFinite
    raw_nonfinite: NonFinite
    nonfinite_differences: int
    """At how many positions a NaN or infinity is not met by the same on the other side. Two NaN
    agree, two infinities if they have the same sign."""
    worst: Element | None
    """The first of the non-finite differences. If there are none, the element that needs the largest
    atol at this rtol; or, where rtol alone covers every element, and of metrics judged again with
    another rtol, that of `max_abs`. None if there is no difference at all."""
    max_abs_at: Element | None
    """Where `max_abs` was found; None if it is 0."""
    max_rel_at: Element | None
    histogram: Histogram | None = None
    """How the errors are distributed; None if that was not asked for."""
    envelope: Envelope | None = None
    """What decides any other strict tolerance; None if that was not asked for."""
    out_of_tolerance_at_most: int | None = None
    """If `out_of_tolerance` is not known but at least so many, at most how many it is; else None."""

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def share_out_of_tolerance(self) -> float:
        """`out_of_tolerance` as a share of all elements; 0 of an empty tensor."""
        return self.out_of_tolerance / self.size if self.size else 0.0

    @property
    def identical(self) -> bool:
        """Whether every element equals its partner. 0.0 equals -0.0, NaN equals NaN."""
        return self.max_abs == 0 and not self.nonfinite_differences

    @property
    def blank(self) -> bool:
        """Whether neither side holds a number: an empty tensor, or NaN in every element of both."""
        return self.size == self.base_nonfinite.nan == self.raw_nonfinite.nan

    def to_dict(self) -> dict[str, Any]:
        """As `json.dumps(..., allow_nan=False)` takes it; see `padiff.compare.scalars`."""
        return {f.name: _written(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Metrics:
        """The inverse of `to_dict`.

        Raises:
            SavedMetricsError: If a key is missing or unknown, or a value is none `to_dict` writes.
        """
        from padiff.compare.reading import read_metrics

        return read_metrics(_plain(data))


Measured: TypeAlias = Metrics | Incomparable
"""What `measure` returns: a type checker makes sure that no caller overlooks the second."""


def measured_from_dict(data: dict[str, Any]) -> Measured:
    """The inverse of either `to_dict`."""
    from padiff.compare.reading import read_measured

    return read_measured(_plain(data))


def _plain(data: dict[str, Any]) -> Plain:
    return Plain(data, SavedMetricsError, "These are no saved metrics.")


def _written(value: Any) -> Any:
    match value:
        case NonFinite():
            return {f.name: getattr(value, f.name) for f in fields(value)}
        case Tolerance() | Element() | Histogram() | Envelope():
            return value.to_dict()
        case tuple():
            return list(value)
        case None | str():
            return value
        case _:
            return to_json(value)
