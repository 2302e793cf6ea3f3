"""The few elements of a comparison that decide every strict tolerance, now or later.

Each element is a point, its `|base|` to the right and its error upwards; a tolerance is a line, and
holds if no point is above it. For that, only the corners of the points' convex hull on the upper left
matter, and there are about a dozen of them among millions.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from padiff.compare.scalars import to_json
from padiff.compare.tolerance import Tolerance

__all__ = ["Envelope"]

_ROUNDING = 1 + 2.0**-47
"""More than the rounding errors of `atol + rtol * |base|`."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Elements that are out of a strict tolerance if any finite element is.

    They are told apart by the rounding of float64 too: an element that lies so close to the line
    between two others that rounding decides is among them.

    >>> envelope = Envelope(((0.5, 0.01), (8.0, 0.04)))
    >>> envelope.required_atol(rtol=0.01)
    0.005
    >>> envelope.holds(Tolerance(0.005, 0.01)), envelope.holds(Tolerance(0.004, 0.01))
    (True, False)
    """

    points: tuple[tuple[float, float], ...]
    """`(|base|, error)` of each, in float64, either number increasing. None if there is no error. One
    alone, with an infinite error, if any error exceeds float64."""
    slack: float = 0.0
    """0 if these decide alone. Otherwise there were too many to keep, and others may be above the lines
    between these (and from the origin to the first) by this share of their height."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it; see `padiff.compare.scalars`."""
        points = [[magnitude, to_json(error)] for magnitude, error in self.points]
        return {"points": points, "slack": to_json(self.slack)}

    def holds(self, tolerance: Tolerance) -> bool | None:
        """Whether every finite element is within a tolerance, elementwise, whatever its mode.

        Returns:
            What counting the elements would say; None if that is within the slack.
        """
        if self.beyond(tolerance):
            return False
        raised = self._raised
        within = all(error * raised <= _allowed(tolerance, at) for at, error in self.points)
        return True if within else None

    @property
    def _raised(self) -> float:
        """No element is higher than this many times the lines between the points."""
        return (1 + self.slack) * _ROUNDING if self.slack else 1.0

    def beyond(self, tolerance: Tolerance) -> int:
        """How many of the points are out of a tolerance, elementwise."""
        return sum(error > _allowed(tolerance, magnitude) for magnitude, error in self.points)

    def required_atol(self, rtol: float) -> float:
        """The atol with which, at this rtol, every element is within; with slack, one that suffices.

        But for rounding in the last places.
        """
        needed = (error * self._raised - rtol * magnitude for magnitude, error in self.points)
        return max(0.0, *needed) if self.points else 0.0


def _allowed(tolerance: Tolerance, magnitude: float) -> float:
    return min(tolerance.allowed(magnitude), sys.float_info.max)
