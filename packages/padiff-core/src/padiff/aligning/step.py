"""One step: forward, backward and update of both models, compared.

Base runs once and raw once. Only where a difference shows is one of them run again, to tell whether it
is one: raw with base's values fed to each layer (a ReLU whose input is zero but for rounding passes
its gradient on one side only), and base in float64 (its own rounding error). With `tolerance="auto"`
that is done in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from padiff.aligning.accounts import (
    NO_GRADIENT,
    UNMEASURED,
    call_notes,
    check_something_compared,
    reached,
)
from padiff.aligning.aside import Identity, set_aside_gradients, set_aside_outputs
from padiff.aligning.comparison import Comparison, Gauge
from padiff.aligning.drift import Drift
from padiff.aligning.loss_nodes import loss_nodes, recorded_loss
from padiff.aligning.nodes import (
    UNSEEN,
    Node,
    NodeMaker,
    backward_node,
    forward_node,
    update_node,
)
from padiff.aligning.noise import judge_by_floor
from padiff.aligning.origins import is_clean, step_origins
from padiff.aligning.replay import Replayer
from padiff.aligning.runs import Runs
from padiff.aligning.training import (
    buffer_comparisons,
    buffers_before,
    equalise,
    gradient_comparisons,
    step_optimizers,
    weight_comparisons,
    weights_before,
)
from padiff.aligning.uncompared import parameter_notes
from padiff.errors import PadiffError

if TYPE_CHECKING:
    from padiff.aligning.comparer import ComparedCall, Comparer
    from padiff.aligning.settings import Settings
    from padiff.aligning.side import Player
    from padiff.aligning.targets import Watched, Watching
    from padiff.capture.store import Store
    from padiff.pairing import Pairing
    from padiff.protocols import Array
    from padiff.report.units import Phase

__all__ = ["Step"]


class Step:
    """Runs one step; afterwards its nodes say what was compared."""

    def __init__(
        self,
        players: tuple[Player, Player],
        pairing: Pairing,
        watching: Watching,
        settings: Settings,
        store: Store,
        carried: dict[tuple[int, str], Array],
    ) -> None:
        self.carried = carried
        """See `padiff.aligning.training.buffer_comparisons`."""
        self.pairs = pairing.pairs
        self.watching = watching
        self.settings = settings
        self.gauge = Gauge(settings.tolerances, detail=settings.detail)
        self.runs = Runs(players, watching, settings, store, self.gauge)
        self.roots: list[Node] = []
        """Top-level nodes of every phase that was compared, in the order of time."""
        self.calls: dict[tuple[int, int], ComparedCall] = {}
        """Raw's calls, for looking into an origin."""
        self.losses: tuple[float, float] | None = None
        self.notes: list[str] = []
        self.unrun: list[Phase] = []
        """Phases that did not run because something before them differs."""
        self._set_aside: set[Identity] = set()

    @property
    def clean(self) -> bool:
        """Whether nothing that was compared differs."""
        return is_clean(self.roots)

    def origins(self) -> list[Node]:
        """Where differences arise; never empty if the step is not clean."""
        return step_origins(self.roots, self.watching.model, every=self.settings.single_step)

    def run(self) -> None:
        """Run base, then raw, and compare phase by phase, as long as all before agrees."""
        settings = self.settings
        before = {id(pair): buffers_before(pair) for pair in self.pairs}
        comparer, loss = self.runs.first()
        agrees = self._forward(comparer, loss)
        if settings.backward and (agrees or settings.single_step):
            self.roots += self._backward(comparer, loss)
            self.notes += parameter_notes(self.watching)
        elif settings.backward:
            self.unrun.append("backward")
        if not self.clean:
            self.runs.complete(backward=False)
        if self.clean and settings.phase != "backward":
            self._update(before)
        elif settings.phase != "backward" and (self._updates or any(before.values())):
            self.unrun.append("update")
        if not self.clean:
            self.notes += _notes_on_randomness(*self.runs.drew, synced=settings.synced_dropout)

    def _forward(self, comparer: Comparer, loss: Array | None) -> bool:
        """Whether the outputs of all layers agree."""
        recording = self.runs.recording
        self.calls = comparer.calls
        if recording.loss is not None and loss is not None:
            self.losses = (recording.loss.astype(float).item(), loss.astype(float).item())
        made = [key for key, _ in comparer.calls] + [call.key for call in comparer.unpaired]
        self.notes += call_notes(self.watching, recording.count, made.count)
        nodes = self._nodes(comparer, forward_node)
        check_something_compared(nodes, self.runs.base, self.runs.raw)
        self._set_aside = set_aside_outputs(nodes)
        self._settle(nodes, backward=False)
        if self.settings.phase != "backward":
            self.roots += nodes
        return all(node.clean for node in nodes)

    def _nodes(self, comparer: Comparer, make: NodeMaker) -> list[Node]:
        """Top-level nodes; containers that were set aside going forward stay so going backward."""
        made = (make(call, comparer.calls) for call in comparer.roots)
        nodes = [node for node in made if node is not None]
        set_aside_gradients(nodes, self._set_aside)
        return nodes

    def _backward(self, comparer: Comparer, loss: Array | None) -> list[Node]:
        nodes = self._backward_nodes(comparer, loss)
        if not any(node.phase == "backward" for node in nodes):
            self.notes.append(NO_GRADIENT)
        agree = all(node.clean and node.received_agrees for node in nodes)
        if not agree or self.settings.floor == "always":
            self.runs.complete(backward=True)
            if self.runs.can_feed:
                with self.runs.fed() as again:
                    nodes = self._backward_nodes(*again)
            self._settle(nodes, backward=True)
        base, raw = self.runs.base, self.runs.raw
        if isinstance(base, Replayer) and isinstance(raw, Replayer):
            compound = base.compound or raw.compound
            nodes = [*recorded_loss(self.watching.model, nodes, compound=compound), *nodes]
        return nodes

    def _backward_nodes(self, comparer: Comparer, loss: Array | None) -> list[Node]:
        """The losses, what they hand to the model, and what its layers hand on."""
        comparer.finish_gradients()
        nodes = self._nodes(comparer, backward_node)[::-1]
        own = any(map(callable, self.settings.losses))  # padiff's are the same on both sides
        found = (
            loss_nodes(self.runs.recording, loss, self.watching.model, nodes, self.gauge)
            if own
            else ()
        )
        layers = self._with_gradients(nodes)
        return [*found, *(layers if reached(layers) else ())]

    def _with_gradients(self, nodes: list[Node]) -> list[Node]:
        """Add the parameters' gradients to the first call of the layer that owns them."""
        owners: dict[int, Node] = {}
        for _, node in (pair for root in nodes for pair in root.walk()):
            if node.watched.pair is not None and node.call == 0:
                owners.setdefault(id(node.watched.pair), node)
        order = {key: i for i, (key, _) in enumerate(self.calls)}
        keys = {id(watched): key for key, watched in self.watching.watched}
        seen: set[object] = set()
        for watched, pair in sorted(
            self.watching.paired, key=lambda each: order.get(keys[id(each[0])], len(order))
        ):
            found = gradient_comparisons(pair, self.gauge, seen)
            if owner := owners.get(id(pair)):
                owner.produced += found
            elif found:
                nodes.append(
                    Node(watched, "backward", UNSEEN, 0, "", leaf=True, received=[], produced=found)
                )
        return nodes

    def _settle(self, nodes: Sequence[Node], *, backward: bool) -> None:
        """Tell rounding from difference, where there is need to."""
        if self.settings.floor == "never":
            return
        wanted = [node for root in nodes for _, node in root.walk() if self._in_doubt(node)]
        if not wanted:
            return
        try:
            floors = self.runs.base.floors(self.runs.recording, self.pairs, backward=backward)
        except PadiffError as error:
            self.notes.append(UNMEASURED.format(error.got))
            return
        for node in wanted:
            for comparison in node.comparisons:
                if self._worth_it(comparison):
                    floor = floors.of(node, comparison)
                    judge_by_floor(comparison, floor, comparison.scale)

    def _in_doubt(self, node: Node) -> bool:
        return any(self._worth_it(comparison) for comparison in node.comparisons)

    def _worth_it(self, comparison: Comparison) -> bool:
        return not comparison.agrees or (
            self.settings.floor == "always"
            and None not in (comparison.measured, comparison.verdict)
        )

    @property
    def _updates(self) -> bool:
        return self.runs.base.updates and self.runs.raw.updates

    def _stepped(self) -> Iterator[tuple[Watched, Iterator[Comparison]]]:
        """The weights of each pair, compared after both optimizers have stepped."""
        base, raw = self.runs.base, self.runs.raw
        before = weights_before(self.pairs)
        drift = None
        if isinstance(base, Replayer) and isinstance(raw, Replayer):
            drift = Drift.before(base, raw, self.pairs)
        step_optimizers((base, raw), self.pairs)
        doubt = self.settings.floor != "never"
        for watched, pair in self.watching.paired:
            old = before[id(pair)]
            if drift is None:
                yield watched, weight_comparisons(pair, self.gauge, old)
            else:
                yield watched, drift.comparisons(pair, self.gauge, old, doubt=doubt)

    def _update(self, before: Mapping[int, Mapping[str, Array]]) -> None:
        keys = {id(watched): key for key, watched in self.watching.watched}
        produced = {
            id(watched): buffer_comparisons(
                watched,
                self.gauge,
                self.runs.recording,
                keys[id(watched)],
                before[id(pair)],
                self.carried,
            )
            for watched, pair in self.watching.paired
        }
        if self._updates:
            for watched, weights in self._stepped():
                produced[id(watched)] += weights
        for watched, _ in self.watching.paired:
            if produced[id(watched)]:
                self.roots.append(update_node(watched, [], produced[id(watched)]))
        if self.clean and self.settings.steps > 1 and self.runs.raw.live:
            equalise(self.pairs)
            self.carried.clear()
        for player in (self.runs.base, self.runs.raw):
            player.adapter.clear_gradients(player.module)


def _notes_on_randomness(base: bool, raw: bool, *, synced: bool) -> Iterator[str]:  # noqa: FBT001 - the two sides
    """Whether the two drew random numbers: where they differ, it may be by those alone."""
    if base != raw:
        drawing, other = ("base", "raw") if base else ("raw", "base")
        yield f"Random numbers were drawn while {drawing} ran, and none while {other} did."
    elif base and synced:
        yield "Base and raw drew random numbers, beyond the masks of dropout, which were the same."
    elif base:
        yield (
            "Base and raw drew random numbers, each its own;"
            ' with dropout="synced" the masks of dropout are the same.'
        )
