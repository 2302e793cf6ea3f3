"""Weights after a step of two recorded runs, which go on from weights of their own.

Nothing makes the two equal again after a step, so what rounding did to one is still there in the next.
It is what the optimizers *add* that is compared. And rounding in a gradient can be large in the step:
Adam's is as long whatever the size of the gradient, so that one which is zero in theory (of a bias
before a normalisation) moves a weight anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from padiff.aligning.parameters import CanonicalPair, canonical_gradients
from padiff.aligning.training import allowed_of_update, stepped
from padiff.compare.verdict import Verdict

if TYPE_CHECKING:
    from padiff.aligning.comparison import Comparison, Gauge
    from padiff.aligning.replay import Replayer
    from padiff.pairing import Pair
    from padiff.protocols import Array

__all__ = ["Drift"]

_Differences: TypeAlias = "dict[tuple[int, str], Array]"
"""Raw's values less base's, by pair and canonical name, where they are not equal."""

_KEPT = (0.0, 0.999)
"""What is left of a gradient a step later: in plain descent nothing, where Adam keeps its square most."""
_STEPS = 64
"""Gradients of more steps than these are not read again."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How far two recorded runs have come apart, as the optimizers step."""

    base: Replayer
    raw: Replayer
    begun: _Differences
    """As the step began."""
    known: _Differences
    """What of it was judged before, or could not be because steps were not recorded."""

    @classmethod
    def before(cls, base: Replayer, raw: Replayer, pairs: Sequence[Pair]) -> Drift:
        """As two traces tell it that are at a step, before its optimizers'."""
        begun = _differences(pairs)
        steps, position = base.trace.steps, base.position
        last = steps[position - 1].number if position else -1
        if steps[position].number > last + 1:
            return cls(base, raw, begun, begun)
        if not position:
            return cls(base, raw, begun, {})
        with base.trace.returning(), raw.trace.returning():
            now = dict(_held(base, raw, pairs))
            for trace in (base.trace, raw.trace):
                trace.go_to(position - 1, updated=True)
            then = dict(_held(base, raw, pairs))
            moved = _differences(pair for pair in pairs if then[id(pair)] != now[id(pair)])
            kept = {slot: off for slot, off in begun.items() if then[slot[0]] == now[slot[0]]}
            return cls(base, raw, begun, {**kept, **moved})

    def comparisons(
        self, pair: Pair, gauge: Gauge, before: Mapping[str, Array], *, doubt: bool
    ) -> Iterator[Comparison]:
        """Compare what the optimizers added to the weights of a pair.

        Args:
            pair: The pair; both traces are after the optimizers' step.
            gauge: Measures.
            before: Base's weights before it, by canonical name.
            doubt: Whether rounding in the gradients excuses anything.
        """
        for paths, after in stepped(pair):
            begun, known = (each.get((id(pair), after.name)) for each in (self.begun, self.known))
            base, raw = _both(after)
            expected = base if known is None else base + known
            moved = _less(base, before[after.name].astype(np.float64))
            comparison = gauge.compare(
                after.name,
                paths,
                expected.astype(before[after.name].dtype),
                after.raw,  # type: ignore[arg-type]  # both sides have what is stepped
                tolerance=allowed_of_update(before[after.name], moved),
            )
            comparison.is_weight = True
            if known is not None:
                comparison.note = "base's, with what the two were apart before the step"
            if not comparison.agrees and not _equal(begun, known):
                comparison.note = "the two differed before the step already"
            elif not comparison.agrees and doubt:
                self._excuse(comparison, pair, moved, (expected, raw))
            yield comparison

    def _excuse(
        self, comparison: Comparison, pair: Pair, moved: Array, weights: tuple[Array, Array]
    ) -> None:
        """Do not blame an optimizer for what gradients that agree but for rounding make of its step."""
        expected, raw = weights
        off = _less(raw, expected)
        excused = np.minimum(2 * self._shares(pair, comparison.name), 1)
        if (excused == 1).all() and np.isfinite(off).all():
            comparison.set_aside("its gradients are rounding errors: any step may come of them")
            return
        allowed: Any = comparison.default
        left = np.abs(off) - excused * (np.abs(moved) + np.abs(moved + off))
        if (left <= allowed.atol + allowed.rtol * np.abs(expected)).all():
            comparison.verdict = Verdict.ROUNDING
            comparison.note = (
                "as far apart as rounding in the gradients takes the optimizers' steps"
            )

    def _shares(self, pair: Pair, name: str) -> Array:
        """How far raw's gradients are from base's, up to this step, as a share of base's."""
        kept: Any = np.array(_KEPT)
        apart = size = shares = np.zeros(())
        for ours, theirs in self._gradients(pair, name):
            kept = kept.reshape(-1, *(1,) * ours.ndim)
            apart = kept * apart + np.abs(_less(theirs, ours))
            size = kept * size + np.abs(ours)
            with np.errstate(divide="ignore", invalid="ignore"):
                shares = np.where(apart == 0, 0, apart / size).max(axis=0)
        return shares

    def _gradients(self, pair: Pair, name: str) -> Iterator[tuple[Array, Array]]:
        """Those of a tensor on both sides, up to this step, to which the traces come back."""
        now = self.base.position
        for position in range(max(0, now + 1 - _STEPS), now + 1):
            for trace in (self.base.trace, self.raw.trace):
                trace.gradients = trace.steps[position].gradients
            for found in canonical_gradients(pair):
                if found.name == name and found.base is not None and found.raw is not None:
                    yield _both(found)


def _held(
    base: Replayer, raw: Replayer, pairs: Iterable[Pair]
) -> Iterator[tuple[int, list[int | None]]]:
    """By pair, the numbers of the tensors both sides hold now."""
    for pair in pairs:
        keys = ((player.trace.state, key) for player in (base, raw) for _, key in player.keys(pair))
        yield id(pair), [state.get(key) for state, key in keys]


def _differences(pairs: Iterable[Pair]) -> _Differences:
    found: _Differences = {}
    for pair in pairs:
        for _, value in stepped(pair):
            base, raw = _both(value)
            if not np.array_equal(base, raw):
                found[id(pair), value.name] = _less(raw, base)
    return found


def _both(value: CanonicalPair) -> tuple[Array, Array]:
    base: Any = value.base
    raw: Any = value.raw
    return base.astype(np.float64), raw.astype(np.float64)


def _less(one: Array, other: Array) -> Array:
    """The difference; NaN where both are infinite."""
    with np.errstate(invalid="ignore"):
        return one - other


def _equal(one: Array | None, other: Array | None) -> bool:
    return one is other if one is None or other is None else np.array_equal(one, other)
