"""The gradients two models had, where their parameters are paired."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from padiff.aligning.comparison import Comparison, Gauge
from padiff.aligning.parameters import CanonicalPair, unit_gradients
from padiff.aligning.training import compare_gradients
from padiff.checker.weights import unjoined
from padiff.errors import LayoutError
from padiff.pairing import common_kind
from padiff.tree import join

if TYPE_CHECKING:
    from padiff.pairing import Pair, Pairing

__all__ = ["compare_dumped_gradients"]

_ALONE = "only one side has the tensor"
_CLEARED = "the gradients were cleared before they were dumped"


def compare_dumped_gradients(
    pairing: Pairing, gauge: Gauge
) -> Iterator[tuple[Pair, list[Comparison]]]:
    """Compare the gradients of paired layers, layer by layer.

    One that only one side has is a difference. If all there are, on either side, are zero, they were
    cleared: torch then leaves none, and paddle zeros.
    """
    found = [(pair, list(_gradients(pair))) for pair in pairing.pairs]
    values = [array for _, each in found for g in each for array in (g.base, g.raw)]
    cleared = not any(array is not None and array.any() for array in values)
    for pair, each in found:
        if compared := _compared(pair, each, gauge, cleared=cleared):
            yield pair, compared


def _compared(
    pair: Pair, found: list[CanonicalPair], gauge: Gauge, *, cleared: bool
) -> list[Comparison]:
    if not (cleared or pair.init or common_kind(pair.base, pair.raw)):
        return [unjoined(pair, "gradients")]
    shared = [] if cleared else [g for g in found if g.name in _shared(pair)]
    names = {gradient.name for gradient in shared}
    why = _CLEARED if cleared else _ALONE
    aside = [_aside(pair, g.name, why) for g in found if g.name not in names]
    return [*compare_gradients(pair, gauge, shared), *aside]


def _gradients(pair: Pair) -> Iterator[CanonicalPair]:
    if common_kind(pair.base, pair.raw) is not None:
        base, raw = unit_gradients(pair.base), unit_gradients(pair.raw)
        for name in dict.fromkeys([*base, *raw]):
            yield CanonicalPair(name, base.get(name), raw.get(name))


def _shared(pair: Pair) -> set[str]:
    """The canonical tensors both layers have."""
    canonical = (unit.canonical for unit in (pair.base, pair.raw))
    ours, theirs = (set() if isinstance(c, LayoutError) else set(c.views) for c in canonical)
    return ours & theirs


def _aside(pair: Pair, name: str, note: str) -> Comparison:
    paths = join(pair.base.path, name), join(pair.raw.path, name)
    return Comparison(f"gradient of {name}", *paths, None, None, note)
