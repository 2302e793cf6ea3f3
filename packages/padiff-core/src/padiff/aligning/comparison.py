"""One tensor of base held against one of raw."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.compare.measure import measure
from padiff.compare.tolerance import NoToleranceError, Tolerance, default_tolerance
from padiff.compare.verdict import Verdict, judge
from padiff.dtypes import category

if TYPE_CHECKING:
    from padiff.capture.store import Shaped
    from padiff.compare.metrics import Measured
    from padiff.compare.noise import NoiseFloor
    from padiff.compare.rules import Tolerances
    from padiff.protocols import Array

__all__ = ["Comparison", "Gauge", "alike", "allowed_by", "match_slots", "named", "rms"]


@dataclass(eq=False, slots=True)
class Comparison:
    """A measured pair of tensors; its verdict may be revised once the noise floor is known."""

    name: str
    """What it is: `output`, `output.0`, `input.x`, `weight`, `running_mean`, ..."""
    base_path: str
    """The path that rules for it are matched with: its layer's, or a parameter's own. Of a tensor that
    passed several hooks unchanged, that of the layer it passed first."""
    raw_path: str
    """The same on the raw side."""
    measured: Measured | None
    """None if one side has no such tensor."""
    verdict: Verdict | None
    """None where the two do not stand for each other: an output only one side has, or containers
    that draw their limits differently."""
    note: str = ""
    slot: str = ""
    """Base's slot, of a tensor that passed a call."""
    scale: float = 0.0
    """The typical size of quantities like it, where that is known."""
    is_weight: bool = False
    """Whether it is a parameter after the optimizers' step."""
    floor: NoiseFloor | None = None
    """Base's own rounding error here, if it was needed: base held against base in float64."""
    default: Tolerance | None = None
    """What is allowed where the user states no rules; None if the dtype has no default."""

    def set_aside(self, note: str) -> None:
        """Let the difference, if there is one, not count."""
        if not self.agrees:
            self.verdict, self.note = None, note

    @property
    def agrees(self) -> bool:
        """Whether there is no difference beyond tolerance and rounding."""
        return self.verdict is None or bool(self.verdict)


class Gauge:
    """Measures pairs of tensors with the tolerances of one alignment.

    Args:
        tolerances: What is allowed.
        detail: Whether to measure so that any other tolerance can be judged later.
    """

    def __init__(self, tolerances: Tolerances, *, detail: bool = False) -> None:
        self.tolerances = tolerances
        self._detail = detail
        self.seen: set[tuple[str, str]] = set()
        """Paths of both sides that were compared, to find rules that decided for none."""

    def compare(
        self,
        name: str,
        paths: tuple[str, str],
        base: Array,
        raw: Array,
        *,
        scale: float | None = None,
        tolerance: Tolerance | None = None,
    ) -> Comparison:
        """Measure one pair.

        Args:
            name: What the tensor is.
            paths: The dotted paths of the layer, or the tensor, on both sides.
            base: Base's values.
            raw: Raw's values.
            scale: What the default absolute tolerance is multiplied with: for quantities whose
                scale means nothing by itself, such as gradients.
            tolerance: Takes the place of the default one where no rule of the user's decides.
        """
        comparison, allowed = self.expect(
            name, paths, (base.dtype, raw.dtype), scale=scale, tolerance=tolerance
        )
        self.measure(comparison, allowed, base, raw)
        return comparison

    def expect(
        self,
        name: str,
        paths: tuple[str, str],
        dtypes: tuple[np.dtype[Any], np.dtype[Any]],
        *,
        scale: float | None = None,
        tolerance: Tolerance | None = None,
    ) -> tuple[Comparison, Tolerance]:
        """A pair that is still to be measured, and what is allowed of it; see `compare`.

        Raises:
            NoToleranceError: If neither a rule nor a default covers it.
        """
        self.seen.add(paths)
        default = tolerance or _default(dtypes, scale)
        weight = tolerance is not None
        allowed = allowed_by(self.tolerances, paths, dtypes, default, is_weight=weight)
        comparison = Comparison(name, *paths, None, None, scale=scale or 0.0, default=default)
        return comparison, allowed

    def measure(self, comparison: Comparison, allowed: Tolerance, base: Array, raw: Array) -> None:
        """Measure what `expect` returned, and judge it."""
        measured = measure(base, raw, tolerance=allowed, detail=self._detail)
        comparison.measured, comparison.verdict = measured, judge(measured)


def allowed_by(
    tolerances: Tolerances,
    paths: tuple[str, str],
    dtypes: tuple[np.dtype[Any], np.dtype[Any]],
    default: Tolerance | None,
    *,
    is_weight: bool,
) -> Tolerance:
    """What is allowed of one tensor.

    Args:
        tolerances: The user's rules. If there are none, the default decides.
        paths: See `Comparison.base_path`.
        dtypes: Of the tensor, on both sides.
        default: See `Comparison.default`.
        is_weight: Whether it is a parameter after the optimizers' step: these are always compared
            element by element, unless a rule says otherwise.

    Raises:
        NoToleranceError: If neither a rule nor a default covers it.
    """
    if tolerances.rules or default is None:
        return tolerances.of(paths[0], *dtypes, raw_path=paths[1])
    exact = any(category(dtype) in ("int", "bool") for dtype in dtypes)
    return default if is_weight or exact else replace(default, mode=tolerances.mode)


def _default(dtypes: tuple[np.dtype[Any], np.dtype[Any]], scale: float | None) -> Tolerance | None:
    try:
        default = default_tolerance(*dtypes)
    except NoToleranceError:
        return None
    return default if scale is None else replace(default, atol=default.atol * scale)


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


def named(what: str, slot: str) -> str:
    """What a tensor is called that passed a call in this slot.

    >>> named("output", "1"), named("gradient of input", "")
    ('output 1', 'gradient of input')
    """
    return f"{what} {slot}" if slot else what


def match_slots(
    base: Mapping[str, Shaped], raw: Sequence[tuple[str, Shaped]], *, lenient: bool
) -> list[tuple[str, str]]:
    """Which slot of base stands for which of raw.

    Outputs by the names both have; by position if they have none in common. `lenient` (inputs: the two
    frameworks may be called with other masks and flags) pairs only what has one shape and dtype, in
    order unless all of one name are alike.
    """
    theirs = dict(raw)
    if not lenient:
        same = [(name, name) for name in base if name in theirs]
        return same or list(zip(base, theirs, strict=False))
    if theirs.keys() == base.keys() and all(alike(base[name], theirs[name]) for name in base):
        return [(name, name) for name in base if base[name].dtype.kind != "b"]
    return _in_order(base, raw)


def alike(ours: Shaped, theirs: Shaped) -> bool:
    """Whether the two have one shape and one dtype."""
    return ours.shape == theirs.shape and ours.dtype == theirs.dtype


def _in_order(
    base: Mapping[str, Shaped], raw: Sequence[tuple[str, Shaped]]
) -> list[tuple[str, str]]:
    result = []
    rest = list(raw)
    for slot, ours in base.items():
        for i, (name, theirs) in enumerate(rest):
            if alike(ours, theirs) and ours.dtype.kind != "b":
                result.append((slot, name))
                del rest[: i + 1]
                break
    return result
