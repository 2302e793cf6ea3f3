"""What difference is allowed: absolute and relative tolerance, and how they are applied.

The one formula is `|base - raw| <= atol + rtol * |base|`. The defaults per dtype are those of
`torch.testing.assert_close` (measured on torch 2.13.0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from padiff.dtypes import category
from padiff.errors import PadiffError, UsageError

__all__ = ["Mode", "NoToleranceError", "Tolerance", "default_tolerance"]

Mode: TypeAlias = Literal["strict", "mean", "abs_mean"]
"""How the formula is applied.

* `"strict"`: to each element.
* `"mean"`: to the means, `mean |base - raw| <= atol + rtol * mean |base|`.
* `"abs_mean"`: PaDiff's second name for the same. PaDiff compares the two tensors' means in `"mean"`
  and the means of their absolute values in `"abs_mean"`, and both pass permutations (the first also
  sign flips). Of the *error*, which is absolute anyway, there is one mean.

In every mode, NaN or an infinity in one side's place alone is a difference.
"""


class NoToleranceError(PadiffError, LookupError):
    """No tolerance is known for a dtype; the user has to state one."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far raw may be from base.

    Args:
        atol: Absolute part, not negative.
        rtol: Part relative to `|base|`, not negative.
        mode: How the formula is applied.

    Raises:
        UsageError: If a number is negative or not finite, or the mode unknown.

    >>> print(Tolerance(1e-5, 1.3e-6))
    |base - raw| <= 1e-05 + 1.3e-06 * |base|
    >>> print(Tolerance(0, 1e-7, "mean"))
    mean |base - raw| <= 0 + 1e-07 * mean |base|
    """

    atol: float
    rtol: float
    mode: Mode = "strict"

    def __post_init__(self) -> None:
        for name in ("atol", "rtol"):
            value = getattr(self, name)
            if not (isinstance(value, (int, float)) and math.isfinite(value) and value >= 0):
                raise UsageError(
                    f"{name} is no tolerance.", got=repr(value), expected="a finite number >= 0"
                )
        if self.mode not in get_args(Mode):
            raise UsageError(
                "The comparison mode is unknown.",
                got=repr(self.mode),
                expected=", ".join(map(repr, get_args(Mode))),
            )

    def __str__(self) -> str:
        mean = "" if self.mode == "strict" else "mean "
        return f"{mean}|base - raw| <= {self.atol:g} + {self.rtol:g} * {mean}|base|"

    def allowed(self, magnitude: float) -> float:
        """The error allowed where `|base|` (or, in the mean modes, its mean) is `magnitude`."""
        # Plain floats: NumPy's would warn where a tolerance is beyond float64.
        return float(self.atol) + float(self.rtol) * magnitude

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {"atol": self.atol, "rtol": self.rtol, "mode": self.mode}


_EXACT = Tolerance(0.0, 0.0)
_DEFAULTS = {
    "float16": Tolerance(1e-5, 1e-3),
    "bfloat16": Tolerance(1e-5, 1.6e-2),
    "float32": Tolerance(1e-5, 1.3e-6),
    "float64": Tolerance(1e-7, 1e-7),
    "complex64": Tolerance(1e-5, 1.3e-6),
    "complex128": Tolerance(1e-7, 1e-7),
}


def default_tolerance(base: np.dtype[Any], raw: np.dtype[Any] | None = None) -> Tolerance:
    """The default for a tensor of this dtype; of two dtypes, the looser.

    Integers and booleans are compared exactly.

    Raises:
        NoToleranceError: If there is none for a dtype, as for the float8 types.

    >>> print(default_tolerance(np.dtype("float64"), np.dtype("float16")))
    |base - raw| <= 1e-05 + 0.001 * |base|
    """
    both = [_default(base), _default(base if raw is None else raw)]
    return Tolerance(max(t.atol for t in both), max(t.rtol for t in both))


def _default(dtype: np.dtype[Any]) -> Tolerance:
    if category(dtype) in ("int", "bool"):
        return _EXACT
    if dtype.name in _DEFAULTS:
        return _DEFAULTS[dtype.name]
    raise NoToleranceError(
        f"No tolerance is known for {dtype.name}.",
        expected=f"a tensor of {', '.join(_DEFAULTS)}, integers or booleans",
        hint="State one with a rule that has both atol and rtol.",
    )
