"""What `measure` must find, computed naively: whole arrays, one line a number, no cleverness."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from padiff.compare import Tolerance
from padiff.dtypes import category
from padiff.protocols import Array


@dataclass(frozen=True)
class Expected:
    max_abs: float
    mean_abs: float
    rms: float
    max_rel: float
    mean_abs_base: float
    rms_base: float
    cosine: float
    out_of_tolerance: int
    required_atol: float
    nonfinite_differences: int
    max_ulps: int | None


def expected(base: Array, raw: Array, tolerance: Tolerance) -> Expected:
    """Of arrays of one shape, in any of the supported dtypes."""
    base, raw = base.ravel(), raw.ravel()
    b, r = wide(base), wide(raw)
    finite = np.isfinite(b) & np.isfinite(r)
    differing = sum(not same_nonfinite(x, y) for x, y in zip(b[~finite], r[~finite], strict=True))
    error, size = errors(base[finite], raw[finite]), magnitude(base[finite])
    b, r = b[finite], r[finite]
    required = error - tolerance.rtol * size
    return Expected(
        max_abs=largest(error),
        mean_abs=mean(error),
        rms=math.sqrt(mean(error**2)),
        max_rel=largest(relative(error, size)),
        mean_abs_base=mean(size),
        rms_base=math.sqrt(mean(size**2)),
        cosine=cosine(b, r),
        out_of_tolerance=int(beyond(size, error, tolerance).sum()) + differing,
        required_atol=max(0.0, largest(required)),
        nonfinite_differences=differing,
        max_ulps=ulps(base[finite], raw[finite]),
    )


def points(base: Array, raw: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`|base|` and the error of the elements that are finite on both sides."""
    base, raw = base.ravel(), raw.ravel()
    finite = np.isfinite(wide(base)) & np.isfinite(wide(raw))
    size = np.minimum(magnitude(base[finite]), np.finfo(float).max)
    return size, errors(base[finite], raw[finite])


def beyond(
    size: NDArray[np.float64], error: NDArray[np.float64], tolerance: Tolerance
) -> NDArray[np.bool_]:
    """Which elements are out of a tolerance, in the arithmetic of float64."""
    allowed = tolerance.atol + tolerance.rtol * size
    return error > np.minimum(allowed, np.finfo(float).max)


def wide(side: Array) -> Array:
    return side.astype(complex if category(side.dtype) == "complex" else float)


def errors(base: Array, raw: Array) -> NDArray[np.float64]:
    if category(base.dtype) in ("int", "bool"):
        pairs = zip(base.tolist(), raw.tolist(), strict=True)
        return np.array([float(abs(int(b) - int(r))) for b, r in pairs])
    apart: NDArray[np.float64] = np.abs(wide(base) - wide(raw))
    return apart


def magnitude(side: Array) -> NDArray[np.float64]:
    size: NDArray[np.float64] = np.abs(wide(side))
    return size


def relative(error: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(error == 0, 0.0, error / size)


def largest(values: NDArray[np.float64]) -> float:
    return float(values.max()) if values.size else 0.0


def mean(values: NDArray[np.float64]) -> float:
    return math.fsum(values) / values.size if values.size else 0.0


def cosine(base: Array, raw: Array) -> float:
    norms = [math.sqrt(math.fsum(np.abs(side) ** 2)) for side in (base, raw)]
    if 0 in norms:
        return float(norms[0] == norms[1])
    return math.fsum((np.conj(base) * raw).real) / norms[0] / norms[1]


def same_nonfinite(base: Any, raw: Any) -> bool:
    """Of two numbers, at least one of which is not finite."""
    if np.isnan(base) or np.isnan(raw):
        return bool(np.isnan(base) and np.isnan(raw))
    pairs = ((base.real, raw.real), (base.imag, raw.imag))
    return all(b == r or not (math.isinf(b) or math.isinf(r)) for b, r in pairs)


def ulps(base: Array, raw: Array) -> int | None:
    """In the dtype of `base`, which is that of `raw`."""
    if category(base.dtype) in ("int", "bool"):
        return None
    if category(base.dtype) == "complex":
        base, raw = base.view(base.real.dtype), raw.view(raw.real.dtype)
    distances = (abs(rank(b) - rank(r)) for b, r in zip(base, raw, strict=True))
    return max(distances, default=0)


def rank(number: Any) -> int:
    """How many representable numbers there are from zero to this one."""
    data = number.tobytes()
    bits = int.from_bytes(data, "little")
    magnitude_bits = 8 * len(data) - 1
    size = bits & ((1 << magnitude_bits) - 1)
    return -size if bits >> magnitude_bits else size
