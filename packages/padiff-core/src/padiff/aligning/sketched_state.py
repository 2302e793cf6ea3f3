"""Parameters' gradients, buffers and weights of two traces that do not both hold their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from padiff.aligning.comparison import Comparison
from padiff.aligning.nodes import Node, update_node
from padiff.aligning.statistics import counts_otherwise
from padiff.aligning.training import buffer_names
from padiff.compare.verdict import Verdict
from padiff.trace.sketch import sketch
from padiff.tree import join

if TYPE_CHECKING:
    from padiff.aligning.replay import Replayer
    from padiff.aligning.sketches import SketchGauge
    from padiff.aligning.targets import Watched, Watching
    from padiff.pairing import Pair
    from padiff.trace.index import Level

__all__ = ["State", "StateSketches"]

State: TypeAlias = Literal["gradients", "buffers", "weights"]


@dataclass(frozen=True, slots=True)
class StateSketches:
    """Compares the state of two recorded models, at the moment their traces are at."""

    players: tuple[Replayer, Replayer]
    watching: Watching
    gauge: SketchGauge
    level: Level

    def nodes(self, what: State) -> Iterator[Node]:
        """One node a layer that has such tensors on both sides."""
        for _, watched in self.watching.watched:
            if watched.pair is None:
                continue
            produced = list(self._of(what, watched, watched.pair))
            if produced and what == "gradients":
                yield Node(
                    watched, "backward", -1, 0, "", leaf=True, received=[], produced=produced
                )
            elif produced:
                yield update_node(watched, [], produced)

    def _of(self, what: State, watched: Watched, pair: Pair) -> Iterator[Comparison]:
        if what == "gradients":
            yield from self._gradients(pair)
            return
        ours, theirs = (_numbers(player, pair, player.trace.state) for player in self.players)
        buffers = buffer_names(pair)
        for name in ours:
            # Converted values could be compared, their statistics cannot.
            converted = what == "buffers" and counts_otherwise(watched, name)
            if name in theirs and (name in buffers) == (what == "buffers") and not converted:
                comparison = self._compared(pair, name, (ours[name], theirs[name]))
                comparison.is_weight = what == "weights"
                yield comparison

    def _gradients(self, pair: Pair) -> Iterator[Comparison]:
        """Measured by the largest of base's, as in `padiff.aligning.training`."""
        ours, theirs = (_numbers(player, pair, player.trace.gradients) for player in self.players)
        shared = [dict(player.keys(pair)) for player in self.players]
        trace = self.players[0].trace
        known = (sketch(trace, number, self.level).rms for number in ours.values())
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
            sketch(player.trace, number, self.level)
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
