"""Parameters' gradients, buffers, and weights after the optimizers' step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.aligning.comparison import Comparison, Gauge, rms
from padiff.aligning.parameters import (
    CanonicalPair,
    canonical_gradients,
    canonical_values,
    gradients_into,
    set_values,
    shared_names,
    unit_values,
)
from padiff.aligning.statistics import expected_statistics
from padiff.compare.tolerance import Tolerance
from padiff.compare.verdict import Verdict
from padiff.tree import join

if TYPE_CHECKING:
    from padiff.aligning.side import Player
    from padiff.aligning.targets import Watched
    from padiff.capture.recording import Recording
    from padiff.pairing import Pair
    from padiff.protocols import Array
    from padiff.tree import Unit

__all__ = [
    "allowed_of_update",
    "buffer_comparisons",
    "buffer_names",
    "buffers_before",
    "compare_gradients",
    "equalise",
    "gradient_comparisons",
    "raw_buffers",
    "step_optimizers",
    "stepped",
    "weight_comparisons",
    "weights_before",
]

_UPDATE = 1e-3
"""Two optimizers that do the same part by rounding only: this share of the update's RMS is above it, and
below what another epsilon, momentum or decay changes. Where a gradient is about as small as Adam's
epsilon, torch 2.13.0 and paddle 3.3.1 were seen to part by 2.8e-4 of a step."""


def gradient_comparisons(
    pair: Pair, gauge: Gauge, seen: set[object] | None = None
) -> list[Comparison]:
    """Compare the gradients of a pair's parameters.

    A tied parameter's gradient is the sum over all layers that use it; it is compared once, where it
    is complete: at the layer that ran first, and so comes last going backward.

    All are measured against the largest of them: one that is zero in theory (a bias before a
    normalisation) is nothing but rounding error, and has no scale of its own.
    """
    found = list(canonical_gradients(pair))
    if seen is not None:
        memories = {gradient.name: _memory(pair, gradient.name) for gradient in found}
        found = [gradient for gradient in found if memories[gradient.name] not in seen]
        seen.update(memories.values())
    return compare_gradients(pair, gauge, found)


def compare_gradients(pair: Pair, gauge: Gauge, found: Sequence[CanonicalPair]) -> list[Comparison]:
    """Compare gradients of one pair's parameters; one that only one side has is a difference."""
    scale = max((rms(g.base) for g in found if g.base is not None), default=0.0)
    return [_gradient(pair, gauge, g.name, g.base, g.raw, scale) for g in found]


def _memory(pair: Pair, name: str) -> object:
    return pair.base.canonical_specs[name].memory


def _gradient(
    pair: Pair, gauge: Gauge, name: str, base: Array | None, raw: Array | None, scale: float
) -> Comparison:
    what = f"gradient of {name}"
    paths = join(pair.base.path, name), join(pair.raw.path, name)
    if base is None or raw is None:
        note = f"only {'raw' if base is None else 'base'} has a gradient here"
        return Comparison(what, *paths, None, Verdict.WRONG, note)
    comparison = gauge.compare(what, paths, base, raw, scale=scale)
    comparison.slot = name
    return comparison


def buffer_comparisons(
    watched: Watched,
    gauge: Gauge,
    recording: Recording,
    key: int,
    before: Mapping[str, Array],
    carried: dict[tuple[int, str], Array],
) -> list[Comparison]:
    """Compare the buffers of a pair after a forward pass.

    Args:
        watched: The pair.
        gauge: Measures.
        recording: Base's run, for how many numbers a statistic was taken over.
        key: The pair's key in it.
        before: Base's buffers before the forward pass, by canonical name.
        carried: By pair and name, what raw's were to be after the step before, where the two did not go
            on from equal ground. What they are to be now is put there.
    """
    pair = watched.pair
    if pair is None or not (buffers := buffer_names(pair)):
        return []
    result = []
    for value in canonical_values(pair):
        if value.name not in buffers or value.base is None or value.raw is None:
            continue
        slot = id(pair), value.name
        old = before.get(value.name)
        then = None if old is None else (old, carried.get(slot, old))
        expected, note = expected_statistics(watched, value.name, value.base, then, recording, key)
        if expected is not None:
            carried[slot] = expected
        paths = join(pair.base.path, value.name), join(pair.raw.path, value.name)
        if expected is None:
            result.append(Comparison(value.name, *paths, None, None, note))
        else:
            comparison = gauge.compare(value.name, paths, expected, value.raw)
            comparison.note = note
            result.append(comparison)
    return result


def buffer_names(pair: Pair) -> set[str]:
    """What no optimizer steps: buffers of either side, and what is trained on neither.

    paddle keeps the running statistics of its BatchNorm as parameters.
    """
    base, raw = pair.base.canonical_specs, pair.raw.canonical_specs
    buffers = {n for side in (base, raw) for n, spec in side.items() if spec.role == "buffer"}
    untrained = {n for n in base.keys() & raw.keys() if not (base[n].trainable or raw[n].trainable)}
    return buffers | untrained


def buffers_before(pair: Pair) -> dict[str, Array]:
    """Copies of base's buffers, by canonical name."""
    return _copies(pair.base, _shared_buffers(pair))


def raw_buffers(pairs: Sequence[Pair]) -> dict[tuple[int, str], Array]:
    """Copies of raw's buffers, by pair and canonical name."""
    return {
        (id(pair), name): values
        for pair in pairs
        for name, values in _copies(pair.raw, _shared_buffers(pair)).items()
    }


def _shared_buffers(pair: Pair) -> list[str]:
    buffers = buffer_names(pair)
    return [name for name in shared_names(pair) if name in buffers]


def weights_before(pairs: Sequence[Pair]) -> dict[int, dict[str, Array]]:
    """Copies of base's parameters, by pair and canonical name."""
    return {id(pair): _copies(pair.base, shared_names(pair)) for pair in pairs}


def _copies(unit: Unit, names: Sequence[str]) -> dict[str, Array]:
    """Copies of one side's tensors. A trace reads what is asked for, and no more is."""
    values = unit_values(unit) if names else {}
    return {name: np.array(values[name]) for name in names}


def step_optimizers(players: tuple[Player, Player], pairs: Sequence[Pair]) -> None:
    """Step both; raw from base's gradients, if it is live, so that only the optimizers can differ."""
    base, raw = players
    if raw.live:
        gradients: dict[str, Array] = {}
        for pair in pairs:
            for name, array in gradients_into(pair).items():
                gradients[join(pair.raw.path, name)] = array
        raw.adapter.set_gradients(raw.module, gradients)
    base.update()
    raw.update()


def stepped(pair: Pair) -> Iterator[tuple[tuple[str, str], CanonicalPair]]:
    """The values of what an optimizer may step, at this moment, with their paths on both sides."""
    buffers = buffer_names(pair)
    for value in canonical_values(pair):
        if value.name in buffers or value.base is None or value.raw is None:
            continue
        if value.base.dtype.kind in "fV":
            yield (join(pair.base.path, value.name), join(pair.raw.path, value.name)), value


def weight_comparisons(
    pair: Pair, gauge: Gauge, before: Mapping[str, Array]
) -> Iterator[Comparison]:
    """Compare the weights after a step that began on equal ground, by the size of the step."""
    for paths, after in stepped(pair):
        base: Any = after.base
        raw: Any = after.raw
        moved = base.astype(np.float64) - before[after.name].astype(np.float64)
        tolerance = allowed_of_update(base, moved)
        found = gauge.compare(after.name, paths, base, raw, tolerance=tolerance)
        found.is_weight = True
        yield found


def allowed_of_update(weights: Array, moved: Array) -> Tolerance:
    """What is allowed of weights after a step that moved base's so much."""
    return Tolerance(_UPDATE * rms(moved), 4 * _epsilon(weights))


def _epsilon(values: Array) -> float:
    one = np.ones((), values.dtype)
    return float(np.asarray(np.spacing(one) if values.dtype.kind == "f" else 2.0**-7))


def equalise(pairs: Sequence[Pair]) -> None:
    """Set raw's weights and buffers to base's, so that the next step starts from equal ground."""
    for pair in pairs:
        set_values(pair)
