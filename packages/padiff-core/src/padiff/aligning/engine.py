"""One alignment: its runs, in order, and what becomes of their differences."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from padiff.aligning.beginning import Beginning
from padiff.aligning.explain import explain, notes_on
from padiff.aligning.imprints import Imprints
from padiff.aligning.modules import module_rows
from padiff.aligning.players import Players
from padiff.aligning.replay import Replayer
from padiff.aligning.results import unit_results
from padiff.aligning.sketched import SketchedStep
from padiff.aligning.step import Step
from padiff.aligning.targets import watch
from padiff.aligning.training import raw_buffers
from padiff.aligning.unused import Paths, check_rules, comparable
from padiff.capture.store import open_store
from padiff.linting.engine import lint_pairing
from padiff.report.alignment import AlignmentReport, Origin
from padiff.report.units import Phase, UnitResult
from padiff.report.wording import count

if TYPE_CHECKING:
    from padiff.aligning.inputs import Arguments
    from padiff.aligning.progress import Meter
    from padiff.aligning.settings import Settings
    from padiff.aligning.side import Player
    from padiff.capture.store import Store
    from padiff.cut import Cut
    from padiff.model import ProxyModel
    from padiff.pairing import Pairing
    from padiff.protocols import Array

__all__ = ["Engine"]


class Engine:
    """Runs the steps of an alignment and gathers the report."""

    def __init__(
        self,
        proxies: tuple[ProxyModel[Any], ProxyModel[Any]],
        pairing: Pairing,
        cuts: tuple[Cut, Cut],
        arguments: tuple[Arguments | None, Arguments | None],
        settings: Settings,
        meter: Meter,
    ) -> None:
        self._settings = settings
        self._meter = meter
        self._pairing = pairing
        self._cuts = cuts
        self._watching = watch(pairing, settings.depth, (proxies[0].lists, proxies[1].lists))
        self._beginnings = (
            Beginning(proxies[0].adapter, proxies[0].model),
            Beginning(proxies[1].adapter, proxies[1].model),
        )
        self._players = Players(
            proxies, self._watching, arguments, settings, meter, self._beginnings
        )

    def run(self) -> AlignmentReport:
        """All steps, until one shows a difference."""
        findings = lint_pairing(self._pairing)
        units: list[UnitResult] = []
        origins: list[Origin] = []
        losses: list[tuple[float, float]] = []
        notes = dict.fromkeys(self._players.notes())
        unrun: list[str] = []
        compared: set[Paths] = set()
        done = 0
        carried: dict[tuple[int, str], Array] = {}
        imprints = Imprints(self._players.proxies)
        with ExitStack() as stack:
            for trace in filter(None, self._players.traces):
                stack.enter_context(trace.returning())
                stack.enter_context(trace.keeping())
            for player in self._players.at(0):
                # Of one step without an optimizer, its beginning is all there is to go back to.
                if self._settings.steps > 1 or player.optimizer is not None:
                    stack.enter_context(player.adapter.preserved(player.module, player.optimizer))
                stack.enter_context(player.adapter.recording(self._settings.backward))
            for beginning in self._beginnings:
                stack.enter_context(beginning)
            for number in range(self._settings.steps):
                self._meter.step(number, self._settings.steps)
                store = stack.enter_context(open_store(self._settings.max_memory))
                players = self._players.at(number)
                for beginning in self._beginnings:
                    beginning.here()
                if self._players.level == "full" and self._players.skipped_before(number):
                    carried = raw_buffers(self._pairing.pairs)
                step = self._step(players, store, carried)
                step.run()
                compared |= step.gauge.seen
                found = step.origins()
                units += unit_results(number, step.roots, found)
                origins += [explain(number, node, step, findings) for node in found]
                losses += [step.losses] if step.losses else []
                notes.update(dict.fromkeys(step.notes))
                notes.update(dict.fromkeys(n for node in found for n in notes_on(node, step)))
                done = number + 1
                if not step.clean:
                    unrun = [*step.unrun, *self._steps_after(number)]
                    break
            else:
                unrun = self._untouched(units, players)
        notes.update(dict.fromkeys(imprints.notes()))
        if unrun:
            compared.update(comparable(self._watching, self._pairing))
        check_rules(self._settings.tolerances, compared)
        base, raw = self._players.proxies
        modules = module_rows((base.handle(), raw.handle()), self._cuts, self._pairing)
        return AlignmentReport(
            base=base.name,
            raw=raw.name,
            base_framework=base.framework,
            raw_framework=raw.framework,
            steps=done,
            origins=tuple(origins),
            units=tuple(units),
            tolerance=self._settings.describe(),
            losses=tuple(losses),
            notes=tuple(notes),
            findings=findings,
            base_modules=modules[0],
            raw_modules=modules[1],
            single_step=self._settings.single_step,
            unrun=tuple(unrun),
            level=self._players.level,
        )

    def _step(
        self, players: tuple[Player, Player], store: Store, carried: dict[tuple[int, str], Array]
    ) -> Step | SketchedStep:
        base, raw = players
        level = self._players.level
        if level == "full" or not (isinstance(base, Replayer) and isinstance(raw, Replayer)):
            return Step(players, self._pairing, self._watching, self._settings, store, carried)
        return SketchedStep((base, raw), self._watching, self._settings, level)

    def _untouched(self, units: Sequence[UnitResult], players: tuple[Player, Player]) -> list[str]:
        """Phases of which nothing was compared.

        `depth` may leave out all that has tensors there, or they may be empty, or NaN on both sides. What
        losses hand to the models counts as long as all is compared that they reach.
        """
        came: dict[Phase, None] = dict.fromkeys(unit.phase for unit in units)
        if self._settings.phase == "both" and all(p.updates for p in players):
            came["update"] = None
        compared = {
            unit.phase
            for unit in units
            if unit.kind != "loss" or self._settings.depth is None
            for tensor in unit.produced
            if tensor.tells
        }
        return [phase for phase in came if phase not in compared]

    def _steps_after(self, number: int) -> list[str]:
        left = self._settings.steps - number - 1
        return [count(left, "more step")] if left else []
