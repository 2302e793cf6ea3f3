"""What two models hold: every parameter and buffer of paired layers, also those of one side alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from padiff.aligning.comparison import Comparison, Gauge
from padiff.aligning.parameters import valued_names
from padiff.aligning.statistics import counts_otherwise
from padiff.aligning.targets import watched_pair
from padiff.compare.verdict import Verdict
from padiff.pairing import common_kind
from padiff.steps import canonical_arrays, opened
from padiff.tree import join

if TYPE_CHECKING:
    from padiff.kind import Kind
    from padiff.model import Side
    from padiff.pairing import Pair, Pairing
    from padiff.protocols import Array
    from padiff.tree import Unit

__all__ = ["compare_weights", "unjoined"]

_UNKNOWN = "its values were not dumped"
_COUNTED = (
    "torch keeps the unbiased running variance and paddle the biased one; check_report compares"
    " them, for it sees the batches"
)


def compare_weights(pairing: Pairing, gauge: Gauge) -> Iterator[tuple[Pair, list[Comparison]]]:
    """Compare what paired layers hold, layer by layer.

    A tensor of one side alone must hold its neutral value, or be tied to one that is compared.
    """
    shared = _shared_memories(pairing)
    for pair in pairing.pairs:
        kind = common_kind(pair.base, pair.raw)
        if kind is None:
            yield pair, [unjoined(pair, "weights")]
        else:
            yield pair, list(_PairComparer(pair, kind, gauge, shared).run())


def unjoined(pair: Pair, what: str) -> Comparison:
    """What is said of layers whose tensors no layout pairs: a difference, unless an init function does."""
    if pair.init is not None:
        return _aside(pair, what, "only an init function joins the two layers")
    note = "neither layouts nor an init function join the two layers"
    return Comparison(what, *_paths(pair, what), None, Verdict.WRONG, note)


def _shared_memories(pairing: Pairing) -> set[tuple[Side, object]]:
    """The memories of tensors both sides have."""
    found: set[tuple[Side, object]] = set()
    for pair in pairing.pairs:
        names = pair.base.canonical_specs.keys() & pair.raw.canonical_specs.keys()
        found |= {("base", _memory(pair.base, name)) for name in names}
        found |= {("raw", _memory(pair.raw, name)) for name in names}
    return found


def _memory(unit: Unit, name: str) -> object:
    return unit.canonical_specs[name].memory


def _aside(pair: Pair, name: str, note: str) -> Comparison:
    return Comparison(name, *_paths(pair, name), None, None, note)


def _paths(pair: Pair, name: str) -> tuple[str, str]:
    return join(pair.base.path, name), join(pair.raw.path, name)


class _PairComparer:
    """Compares the tensors of two layers of one kind, canonical name by canonical name."""

    def __init__(
        self, pair: Pair, kind: Kind, gauge: Gauge, shared: set[tuple[Side, object]]
    ) -> None:
        self._pair = pair
        self._kind = kind
        self._gauge = gauge
        self._shared = shared
        self._base = _values(pair.base)
        self._raw = _values(pair.raw)

    def run(self) -> Iterator[Comparison]:
        ours, theirs = self._pair.base.canonical_specs, self._pair.raw.canonical_specs
        for name in dict.fromkeys([*ours, *theirs]):
            known = (name not in ours or name in self._base) and (
                name not in theirs or name in self._raw
            )
            if not known:
                yield _aside(self._pair, name, _UNKNOWN)
            elif name in ours and name in theirs:
                yield self._both(name)
            else:
                yield self._alone(name, "base" if name in ours else "raw")

    def _measured(self, name: str, base: Array, raw: Array, note: str = "") -> Comparison:
        found = self._gauge.compare(name, _paths(self._pair, name), base, raw)
        found.note = note
        return found

    def _both(self, name: str) -> Comparison:
        base, raw = self._base[name], self._raw[name]
        found = self._measured(name, base, raw)
        watched = watched_pair(self._pair)
        if counts_otherwise(watched, name) and _counted(watched.base.framework, base, raw):
            found.set_aside(_COUNTED)
        return found

    def _alone(self, name: str, side: Side) -> Comparison:
        unit, values = (
            (self._pair.base, self._base) if side == "base" else (self._pair.raw, self._raw)
        )
        declared = self._kind.find(name)
        if declared is not None and declared.bookkeeping:
            return _aside(self._pair, name, f"only {side} has it, and no output depends on it")
        if (side, _memory(unit, name)) in self._shared:
            return _aside(
                self._pair, name, f"only {side} has it, tied to a tensor listed elsewhere"
            )
        if declared is None or declared.neutral is None:
            note = f"only {side} has it"
            return Comparison(name, *_paths(self._pair, name), None, Verdict.WRONG, note)
        neutral = np.full_like(values[name], declared.neutral)
        pair = (values[name], neutral) if side == "base" else (neutral, values[name])
        return self._measured(
            name, *pair, f"only {side} has it, the other implies {declared.neutral:g}"
        )


def _values(unit: Unit) -> dict[str, Array]:
    arrays = canonical_arrays(unit, opened(unit))
    return {name: arrays[name] for name in valued_names(unit)}


def _counted(base_framework: str, base: Array, raw: Array) -> bool:
    """Whether the way of counting explains the difference: of n numbers, by a factor of n / (n - 1)."""
    unbiased, biased = (base, raw) if base_framework == "torch" else (raw, base)
    if base.shape != raw.shape:
        return False
    slack = 1e-5 * np.abs(unbiased)
    return bool(np.all((biased <= unbiased + slack) & (2 * biased + slack >= unbiased)))
