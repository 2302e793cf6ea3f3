"""What PaDiff's `cfg` may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

from padiff.aligning.settings import padiffs_numbers
from padiff.errors import UsageError

if TYPE_CHECKING:
    from padiff.compare.tolerance import Mode

__all__ = ["CheckConfig", "Tolerated", "read_config"]


class CheckConfig(TypedDict, total=False):
    """How far apart two dumps may be, with PaDiff's names and defaults."""

    atol: float
    """0 if only `rtol` is stated."""
    rtol: float
    """1e-7 if only `atol` is stated."""
    compare_mode: Mode
    """`"mean"` by default: the mean of the error against the mean of base."""


class Tolerated(TypedDict):
    """The same, as `padiff.compare_traces` takes it."""

    atol: float | None
    rtol: float | None
    mode: Mode


_KEYS = tuple(CheckConfig.__annotations__)


def read_config(cfg: CheckConfig | None) -> Tolerated:
    """The tolerances a `cfg` states; without any, those of each dtype.

    Raises:
        UsageError: If it is no dict, or says what is not known.
    """
    given: object = {} if cfg is None else cfg
    if not isinstance(given, Mapping):
        raise UsageError(
            "cfg is no dict.", got=type(given).__name__, expected=f"keys of {', '.join(_KEYS)}"
        )
    if unknown := [key for key in given if key not in _KEYS]:
        raise UsageError(
            "cfg says what is not known.",
            got=", ".join(map(str, unknown)),
            expected=", ".join(_KEYS),
        )
    atol, rtol = padiffs_numbers(given)
    return Tolerated(atol=atol, rtol=rtol, mode=given.get("compare_mode", "mean"))
