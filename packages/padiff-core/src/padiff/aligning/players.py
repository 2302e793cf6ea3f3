"""Who plays base and raw: a live model each, or a recorded one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from padiff.aligning.inputs import Arguments
from padiff.aligning.losses import loss_from
from padiff.aligning.replay import Replayer
from padiff.aligning.side import Player, Runner
from padiff.capture.protocols import capture_adapter
from padiff.capture.written import notes_on_compiled
from padiff.errors import TraceError, UsageError
from padiff.trace.arguments import decode_arguments
from padiff.trace.model import trace_of

if TYPE_CHECKING:
    from padiff.aligning.beginning import Beginning
    from padiff.aligning.progress import Meter
    from padiff.aligning.settings import Loss, Settings
    from padiff.aligning.targets import Watching
    from padiff.capture.observer import Target
    from padiff.model import ProxyModel, Side
    from padiff.trace.index import CallEntry, Compound, Level
    from padiff.trace.trace import Trace

__all__ = ["Players", "beside_trace"]


_TOLD: Mapping[Level, str] = {
    "statistics": "Of each tensor, only mean, mean size, RMS, least and greatest value were compared: what"
    " differs there differs, but a permutation, or errors that cancel, would not show.",
    "hash": "Of each tensor, only a hash was compared: it tells equal from different, not by how much.",
}


@dataclass(frozen=True, slots=True)
class Players:
    """Both sides of one alignment, step by step."""

    proxies: tuple[ProxyModel[Any], ProxyModel[Any]]
    watching: Watching
    arguments: tuple[Arguments | None, Arguments | None]
    """What each side is called with; None for a recorded one, and for a live raw that is called with
    what a recorded base was called with."""
    settings: Settings
    meter: Meter
    beginnings: tuple[Beginning, Beginning]
    """Of both sides; told by who plays the steps when one begins."""

    @property
    def traces(self) -> tuple[Trace | None, Trace | None]:
        """The trace that plays a side; None where a live model does."""
        base, raw = (trace_of(proxy) for proxy in self.proxies)
        return base, raw

    @property
    def level(self) -> Level:
        """What is known of the tensors of both sides."""
        coarse: tuple[Level, ...] = ("hash", "statistics")
        levels = {trace.index.level for trace in self.traces if trace is not None}
        return next((level for level in coarse if level in levels), "full")

    def skipped_before(self, number: int) -> bool:
        """Whether raw comes to a step from others that were recorded elsewhere, or not at all."""
        if number:
            return any(trace is not None and trace.index.every > 1 for trace in self.traces)
        raw = self.traces[1]
        return raw is not None and raw.steps[0].number > 0

    def at(self, number: int) -> tuple[Player, Player]:
        """The two for a step, counted from 0. A trace is moved to the step's beginning."""
        return (
            self._player("base", 0, self.watching.base, number),
            self._player("raw", 1, self.watching.raw, number),
        )

    def _player(self, side: Side, index: int, targets: list[Target], number: int) -> Player:
        proxy, trace = self.proxies[index], self.traces[index]
        if trace is not None:
            return Replayer(side, proxy, trace, targets, number, self.meter)
        optimizers = self.settings.optimizers or (None, None)
        return Runner(
            side=side,
            proxy=proxy,
            module=proxy.model,
            targets=targets,
            arguments=self.arguments[index] or self._recorded_arguments(number, proxy),
            loss=self._loss(index, number),
            optimizer=optimizers[index],
            synced_dropout=self.settings.synced_dropout,
            random_state=capture_adapter(proxy).random_state(),
            meter=self.meter,
            beginning=self.beginnings[index],
        )

    def _loss(self, index: int, number: int) -> Loss | None:
        """The user's; or, beside a recorded base, one whose gradients are those base's outputs had."""
        given, trace = self.settings.losses[index], self.traces[0]
        if given is not None or trace is None:
            return given
        call = _root_call(trace, number)
        gradients = {slot: trace.tensor(n) for slot, n in call.output_gradients.items()}
        return loss_from(capture_adapter(self.proxies[index]), tuple(call.outputs), gradients)

    def _recorded_arguments(self, number: int, proxy: ProxyModel[Any]) -> Arguments:
        trace = self.traces[0]
        if trace is None:
            raise UsageError(
                "There are no inputs.",
                got="inputs=None, and a live base",
                expected="what to call the two models with",
            )
        call, adapter = _root_call(trace, number), capture_adapter(proxy)
        if call.arguments is None:
            raise TraceError(
                "The trace does not hold what the model was called with.",
                where=str(trace.path),
                hint="record it with inputs=True, or pass the inputs",
            )
        tensors = {
            slot: adapter.tensor(trace.tensor(n), proxy.model) for slot, n in call.inputs.items()
        }
        args, kwargs = (
            decode_arguments(call.arguments.get(k), tensors) for k in ("args", "kwargs")
        )
        return Arguments(tuple(args), dict(kwargs))

    def notes(self) -> Iterator[str]:
        """What the reader of a report must know of the two, beyond what is compared."""
        for side, proxy in zip(("base", "raw"), self.proxies, strict=True):
            yield from (f"Of {side}, {limit} is compared." for limit in proxy.lists.limits)
        for side, proxy, trace in zip(("base", "raw"), self.proxies, self.traces, strict=True):
            if trace is None:
                yield from (f"Of {side}, {note}." for note in notes_on_compiled(proxy))
            else:
                yield from (f"Of {side}, the trace holds {only}." for only in trace.index.limits)
                yield from (f"Of {side}, {note}." for note in trace.index.notes)
                if self.settings.backward and (why := _compound(trace, self.settings.steps)):
                    yield f"Of {side}, {_PASSES[why]}."
        if self.level != "full":
            yield _TOLD[self.level]
        if any(self.traces):
            yield "The lint compared settings alone: its other rules need the modules themselves."
        if self.traces[0] is not None and self.traces[1] is None:
            yield from self._beside_notes(self.traces[0])

    def _beside_notes(self, trace: Trace) -> Iterator[str]:
        if not self.settings.backward:
            if why := _compound(trace, self.settings.steps):
                yield f"The backward pass was not compared: {_AGAIN[why]}."
            else:
                yield "The backward pass was not compared."
        elif trace.index.updates and self.settings.optimizers is None:
            yield "Base's trace holds weights after the optimizer's step; raw has no optimizer."


def beside_trace(settings: Settings, trace: Trace) -> Settings:
    """The settings of an alignment whose base was recorded: a backward pass only if there was one.

    Raises:
        UsageError: If the trace does not hold what is asked for.
    """
    if settings.steps > len(trace.steps):
        raise UsageError(
            "The trace does not hold so many steps.",
            where=str(trace.path),
            got=f"steps={settings.steps}",
            expected=f"at most {len(trace.steps)}",
        )
    if settings.synced_dropout:
        raise UsageError(
            "The dropout of a recorded run cannot be synchronised.",
            where=str(trace.path),
            hint="record base in eval(), or align the two live",
        )
    backward = any(step.backward for step in trace.steps[: settings.steps])
    why = "" if settings.losses[1] else _compound(trace, settings.steps)
    if settings.phase == "both" and (why or not backward):
        return replace(settings, phase="forward")
    if settings.phase == "backward" and not backward:
        raise UsageError("The trace holds no backward pass.", where=str(trace.path))
    if settings.phase == "backward" and why:
        raise UsageError(
            "The backward pass of the trace cannot be run again.",
            where=str(trace.path),
            got=_AGAIN[why],
            hint="record raw too, and compare the two traces",
        )
    return settings


def _compound(trace: Trace, steps: int) -> Compound:
    """Why the backward passes of these steps cannot be had again from the gradients of outputs."""
    found = (step.compound for step in trace.steps[:steps])
    return next(filter(None, found), "")


_AGAIN: dict[Compound, str] = {
    "derivatives": "base's loss depends on derivatives of its outputs",
    "passes": "several backward passes went through one call of base",
}
"""Why gradients of base's outputs do not tell how its backward pass began."""
_PASSES: dict[Compound, str] = {
    "derivatives": "the loss depends on derivatives of the outputs: where layers part in the backward"
    " pass alone, it may be the loss",
    "passes": "several backward passes went through one call: of calls, gradients are those of the"
    " last, of parameters their sum",
}


def _root_call(trace: Trace, number: int) -> CallEntry:
    """The one call of the model in a step."""
    calls = [c for c in trace.steps[number].calls if c.module == 0 and c.parent < 0]
    if len(calls) != 1:
        raise UsageError(
            "A live model can only be held against a trace step by step, one call a step.",
            where=f"{trace.path}, step {trace.steps[number].number}",
            got=f"{len(calls)} calls of the model",
            hint="record raw too, and compare the two traces",
        )
    return calls[0]
