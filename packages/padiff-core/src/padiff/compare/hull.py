"""Finds the envelope of an error while the elements stream by.

Nearly every element is below the hull of those seen before it, and a single corner of the hull tells:
an element whose error is no larger, and no larger in relation to its `|base|` either, is below the line
from the origin to that corner and on to the right.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from padiff.compare.envelope import Envelope

__all__ = ["Hull"]

_Floats: TypeAlias = NDArray[np.float64]

_MOST = 256
"""So many points are kept at most."""
_TIE = 2.0**-48
"""What is below the hull by less than this share is kept: the rounding of a tolerance may decide."""
_CLOSE = 1 - 2.0**-40
"""What is below the hull by more than this is certainly below it by more than a tie."""
_TINY = 2.0**-1070
"""Products of this size and below have lost digits."""
_NO_SHARE = 2.0**-900
"""A share of a distance that small may have lost digits too, and is taken to be 0."""
_SAMPLE = 256


class Hull:
    """The points that matter among those offered so far.

    To be used where NumPy's floating-point warnings are off: numbers may be of any size.
    """

    def __init__(self) -> None:
        self._magnitude: _Floats = np.zeros(0)
        self._error: _Floats = np.zeros(0)
        self._slack = 0.0
        self._gate = _CLOSE
        self._changed = False
        """Whether there are other points than when `level` was chosen."""
        self.level = 0.0
        """No element whose error is at most `level`, and at most `slope * |base|`, matters."""
        self.slope = 0.0

    def offer(self, magnitude: _Floats, error: _Floats) -> None:
        """Elements, at most some ten thousand at once.

        Args:
            magnitude: Their `|base|`, finite.
            error: Theirs; finite, or infinite if it exceeds float64.
        """
        if not self._error.size and error.size > 2 * _SAMPLE:
            self.tune(magnitude, error)
        kept = np.flatnonzero(self._suspects(magnitude, error))
        if kept.size:
            self._consider(magnitude[kept], error[kept])
        if kept.size * 16 > error.size:
            self.tune(magnitude, error)

    def _suspects(self, magnitude: _Floats, error: _Floats) -> NDArray[np.bool_]:
        # Where the error is `level` itself, the second condition sees those left of the corner.
        suspects = error > (self.level * self._gate if self._slack else self.level)
        suspects |= error > self.slope * self._gate * magnitude - _TINY
        suspects &= error > 0
        return suspects

    def tune(self, magnitude: _Floats, error: _Floats) -> None:
        """Choose `level` and `slope` so that few elements like these are looked at."""
        stride = max(1, error.size // _SAMPLE)
        magnitude, error = magnitude[::stride], error[::stride]
        if not self._error.size:
            self.offer(magnitude, error)
        if not self._changed:
            return
        self._changed = False
        slopes = self._error / self._magnitude
        usable = np.isfinite(self._error) & (np.isfinite(slopes) | (self._magnitude == 0))
        levels, slopes = self._error[usable], slopes[usable]
        if levels.size:
            above = error[:, None] > levels
            above |= error[:, None] > slopes * magnitude[:, None]
            best = int(np.count_nonzero(above, axis=0).argmin())
            self.level, self.slope = float(levels[best]), float(slopes[best])

    def envelope(self) -> Envelope:
        """What was found."""
        points = zip(self._magnitude.tolist(), self._error.tolist(), strict=True)
        return Envelope(tuple(points), self._slack)

    def _consider(self, magnitude: _Floats, error: _Floats) -> None:
        beyond = np.flatnonzero(np.isinf(error))
        if beyond.size:
            # Out of every tolerance, so that no other element matters.
            self._magnitude, self._error = magnitude[beyond[:1]], error[beyond[:1]]
            self._slack, self.level, self.slope = 0.0, math.inf, math.inf
            return
        if self._error.size:
            kept = self._matters(magnitude, error)
            magnitude, error = magnitude[kept], error[kept]
        if error.size:
            self._merge(magnitude, error)

    def _matters(self, magnitude: _Floats, error: _Floats) -> NDArray[np.bool_]:
        bound = _heights(self._magnitude, self._error, magnitude)
        if self._slack:
            return error > bound * (1 + self._slack)
        before = np.searchsorted(self._magnitude, magnitude, side="right") - 1
        dominated = (before >= 0) & (error <= self._error[before])
        return ~dominated & _near(error, bound)

    def _merge(self, magnitude: _Floats, error: _Floats) -> None:
        self._changed = True
        magnitude, error = _undominated(
            np.concatenate([self._magnitude, magnitude]), np.concatenate([self._error, error])
        )
        corners = _corners(magnitude, error)
        if not self._slack:
            bound = _heights(magnitude[corners], error[corners], magnitude)
            kept = _near(error, bound)
            if np.count_nonzero(kept) <= _MOST:
                self._magnitude, self._error = magnitude[kept], error[kept]
                return
            self._slack = _TIE
            self._gate = 1 + _TIE / 2
        self._magnitude, self._error = magnitude[corners], error[corners]
        if self._error.size > _MOST:
            self._coarsen()

    def _coarsen(self) -> None:
        """Keep half as many corners as allowed, those that matter most."""
        magnitude, error = self._magnitude, self._error
        while self._error.size > _MOST // 2:
            kept = _thinned(self._magnitude, self._error)
            self._magnitude, self._error = self._magnitude[kept], self._error[kept]
        rise = float((error / _heights(self._magnitude, self._error, magnitude)).max())
        self._slack = (1 + self._slack) * rise * (1 + _TIE) - 1


def _near(error: _Floats, bound: _Floats) -> NDArray[np.bool_]:
    return error >= bound * (1 - _TIE) - _TINY


def _undominated(magnitude: _Floats, error: _Floats) -> tuple[_Floats, _Floats]:
    """Those above all with the same or a smaller magnitude, in order of magnitude."""
    order = np.lexsort((-error, magnitude))
    magnitude, error = magnitude[order], error[order]
    kept = np.ones(error.size, np.bool_)
    np.greater(error[1:], np.maximum.accumulate(error)[:-1], out=kept[1:])
    return magnitude[kept], error[kept]


def _corners(magnitude: _Floats, error: _Floats) -> list[int]:
    """Which of some points, increasing in both, are the corners of their hull and the origin."""
    points = list(zip(magnitude.tolist(), error.tolist(), strict=True))
    corners: list[int] = []
    for i, point in enumerate(points):
        while corners:
            last = points[corners[-1]]
            before = points[corners[-2]] if len(corners) > 1 else (0.0, 0.0)
            share = _share(last[0] - before[0], point[0] - before[0])
            if last[1] > before[1] + share * (point[1] - before[1]):
                break
            corners.pop()
        corners.append(i)
    return corners


def _share(part: float, whole: float) -> float:
    share = part / whole
    return share if share > _NO_SHARE else 0.0


def _heights(magnitude: _Floats, error: _Floats, at: _Floats) -> _Floats:
    """The height of a polygon from the origin over some corners, flat behind the last.

    Never more than that, but for rounding in the last places.
    """
    magnitude = np.concatenate([[0.0], magnitude, [np.inf]])
    error = np.concatenate([[0.0], error, error[-1:]])
    right = np.searchsorted(magnitude, at, side="right")
    left = right - 1
    share = (at - magnitude[left]) / (magnitude[right] - magnitude[left])
    share[share <= _NO_SHARE] = 0.0
    heights: _Floats = error[left] + share * (error[right] - error[left])
    return heights


def _thinned(magnitude: _Floats, error: _Floats) -> NDArray[np.bool_]:
    """All corners but some, no two of them neighbours, that rise little over the line past them."""
    candidates = np.arange(0, error.size - 1, 2)
    kept = np.ones(error.size, np.bool_)
    kept[candidates] = False
    lines = _heights(magnitude[kept], error[kept], magnitude[candidates])
    rise = error[candidates] / lines
    kept[candidates[rise > np.median(rise)]] = True
    return kept
