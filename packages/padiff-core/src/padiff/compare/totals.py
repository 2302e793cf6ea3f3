"""Running totals of one comparison, to which blocks are added in any way that suits their dtype."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from padiff.compare.blocks import Block
from padiff.compare.detail import Detail
from padiff.compare.scalars import Element, NonFinite, scalar
from padiff.compare.tolerance import Tolerance

__all__ = ["Totals"]


@dataclass(slots=True)
class Totals:
    """What is known after the blocks added so far; the fields are those of `Metrics`."""

    tolerance: Tolerance
    detail: Detail | None = None
    finite: int = 0
    """Number of elements that are finite on both sides; the sums below are over these."""
    abs_error: float = 0.0
    sq_error: float = 0.0
    abs_base: float = 0.0
    sq_base: float = 0.0
    sq_raw: float = 0.0
    product: float = 0.0
    """Of base and raw."""
    max_abs: float = 0.0
    max_abs_at: Element | None = None
    max_rel: float = 0.0
    max_rel_at: Element | None = None
    out_of_tolerance: int = 0
    required_atol: float = 0.0
    required_at: Element | None = None
    max_ulps: int = 0
    base_nonfinite: NonFinite = field(default_factory=NonFinite)
    raw_nonfinite: NonFinite = field(default_factory=NonFinite)
    nonfinite_differences: int = 0
    nonfinite_at: Element | None = None

    def offer_abs(self, value: float, block: Block, position: int) -> None:
        """The error of one element."""
        if value > self.max_abs:
            self.max_abs, self.max_abs_at = value, _element(block, position)

    def offer_rel(self, value: float, block: Block, position: int) -> None:
        """The relative error of one element."""
        if value > self.max_rel:
            self.max_rel, self.max_rel_at = value, _element(block, position)

    def offer_required(self, value: float, block: Block, position: int) -> None:
        """The atol that one element needs."""
        if value > self.required_atol:
            self.required_atol, self.required_at = value, _element(block, position)

    def add_nonfinite(
        self, base: NonFinite, raw: NonFinite, block: Block, differences: NDArray[np.intp]
    ) -> None:
        """Counts of one block, and the positions in it at which the two sides disagree."""
        self.base_nonfinite += base
        self.raw_nonfinite += raw
        self.nonfinite_differences += differences.size
        self.out_of_tolerance += differences.size
        if differences.size and self.nonfinite_at is None:
            self.nonfinite_at = _element(block, int(differences[0]))

    @property
    def worst(self) -> Element | None:
        """See `Metrics.worst`."""
        return self.nonfinite_at or self.required_at or self.max_abs_at

    def mean(self, total: float) -> float:
        """One of the sums, by the number of elements it is over."""
        return total / self.finite if self.finite else 0.0

    def cosine(self) -> float:
        """See `Metrics.cosine`."""
        if self.sq_base == 0 or self.sq_raw == 0:
            return float(self.sq_base == self.sq_raw)
        # In this order, because equal tensors then give exactly 1.
        cosine = self.product / self.sq_base * math.sqrt(self.sq_base / self.sq_raw)
        return math.nan if math.isnan(cosine) else max(-1.0, min(1.0, cosine))


def _element(block: Block, position: int) -> Element:
    return Element(block.index(position), scalar(block.base, position), scalar(block.raw, position))
