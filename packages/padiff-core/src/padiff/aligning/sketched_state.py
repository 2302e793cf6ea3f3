"""Parameters' gradients, buffers and weights of two traces that do not both hold their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from padiff.aligning.comparison import Comparison
from padiff.aligning.nodes import UNSEEN, Node, update_node
from padiff.aligning.statistics import counts_otherwise
from padiff.aligning.training import buffer_names
from padiff.compare.verdict import Verdict
from padiff.tree import join

if TYPE_CHECKING:
    from padiff.aligning.replay import Replayer
    from padiff.aligning.sketches import SketchGauge
    from padiff.aligning.targets import Watched, Watching
    from padiff.pairing import Pair
    from padiff.trace.sketch import SketchOf

__all__ = ["StateSketches"]

_COUNTED = (
    "torch keeps the unbiased running variance and paddle the biased one; "
    "values can be converted, their statistics cannot"
)


@dataclass(frozen=True, slots=True)
class StateSketches:
    """Compares the state of two recorded models, at the moment their traces are at."""

    players: tuple[Replayer, Replayer]
    watching: Watching
    gauge: SketchGauge
    sketch: SketchOf

    @property
    def holds_buffers(self) -> bool:
        """Whether both sides have a buffer of one layer."""
        return any(
            buffer_names(pair).intersection(*map(dict.keys, self._held(pair)))
            for _, pair in self.watching.paired
        )

    def gradients(self) -> Iterator[Node]:
        """One node a layer of whose parameters both sides have gradients."""
        for watched, pair in self.watching.paired:
            if produced := list(self._gradients(pair)):
                yield Node(
                    watched, "backward", UNSEEN, 0, "", leaf=True, received=[], produced=produced
                )

    def updates(self, *, weights: bool) -> Iterator[Node]:
        """One node a layer of which both sides have buffers, or weights if these count."""
        for watched, pair in self.watching.paired:
            if produced := list(self._updates(watched, pair, weights=weights)):
                yield update_node(watched, [], produced)

    def _held(self, pair: Pair) -> tuple[dict[str, int], dict[str, int]]:
        base, raw = self.players
        return _numbers(base, pair, base.trace.state), _numbers(raw, pair, raw.trace.state)

    def _updates(self, watched: Watched, pair: Pair, *, weights: bool) -> Iterator[Comparison]:
        ours, theirs = self._held(pair)
        buffers = buffer_names(pair)
        for name in ours:
            is_weight = name not in buffers
            if name not in theirs or (is_weight and not weights):
                continue
            if not is_weight and counts_otherwise(watched, name):
                yield Comparison(name, *_paths(pair, name), None, None, _COUNTED)
                continue
            comparison = self._compared(pair, name, (ours[name], theirs[name]))
            comparison.is_weight = is_weight
            yield comparison

    def _gradients(self, pair: Pair) -> Iterator[Comparison]:
        """Measured by the largest of base's, as in `padiff.aligning.training`."""
        ours, theirs = (_numbers(player, pair, player.trace.gradients) for player in self.players)
        shared = [dict(player.keys(pair)) for player in self.players]
        trace = self.players[0].trace
        known = (self.sketch(trace, number).rms for number in ours.values())
        scale = max(known, default=0.0)
        for name in shared[0]:
            if name in ours and name in theirs:
                yield self._compared(pair, name, (ours[name], theirs[name]), scale)
            elif name in shared[1] and (name in ours or name in theirs):
                note = f"only {'base' if name in ours else 'raw'} has a gradient here"
                what, paths = f"gradient of {name}", _paths(pair, name)
                yield Comparison(what, *paths, None, Verdict.WRONG, note)

    def _compared(
        self, pair: Pair, name: str, numbers: tuple[int, int], scale: float | None = None
    ) -> Comparison:
        base, raw = (
            self.sketch(player.trace, number)
            for player, number in zip(self.players, numbers, strict=True)
        )
        comparison = self.gauge.compare(
            name if scale is None else f"gradient of {name}",
            _paths(pair, name),
            base,
            raw,
            scale=scale,
        )
        comparison.slot = name
        return comparison


def _numbers(player: Replayer, pair: Pair, moment: Mapping[str, int]) -> dict[str, int]:
    """By canonical name, where in the trace a pair's tensors are at a moment."""
    return {name: moment[key] for name, key in player.keys(pair) if key in moment}


def _paths(pair: Pair, name: str) -> tuple[str, str]:
    return join(pair.base.path, name), join(pair.raw.path, name)
