"""One of the two models, with what it takes to run it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from inspect import signature
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from padiff.aligning.floors import Floors, LiveFloors
from padiff.aligning.inputs import Arguments, widen
from padiff.aligning.losses import loss_of
from padiff.aligning.progress import Meter
from padiff.capture.observer import Observer, Sink, Target
from padiff.capture.protocols import CaptureAdapter, capture_adapter
from padiff.capture.recording import Recorder, Recording
from padiff.errors import RunError
from padiff.model import walk

if TYPE_CHECKING:
    from padiff.aligning.beginning import Beginning
    from padiff.aligning.replay import Replayer
    from padiff.aligning.settings import Loss
    from padiff.capture.randomness import RandomState
    from padiff.capture.store import Store
    from padiff.model import ProxyModel, Side
    from padiff.pairing import Pair
    from padiff.protocols import Array

__all__ = ["Player", "Runner"]

Player: TypeAlias = "Runner | Replayer"
"""A live model, or a recorded one. Only the first can run with something changed (`live`)."""

_CLOSURE = (
    "pass a function without argument that makes the step, such as lambda: optimizer.step(closure)"
)

_UNRECORDED = 'gradients are recorded with phase="both" alone; pass that if the model computes some'


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs one model, watched."""

    side: Side
    proxy: ProxyModel[Any]
    module: Any
    targets: Sequence[Target]
    arguments: Arguments
    loss: Loss | None
    optimizer: Any
    """Its optimizer, or a function that makes a step; None without."""
    synced_dropout: bool
    random_state: RandomState
    """What every run begins with, so that all draw the same."""
    meter: Meter = field(default_factory=Meter)
    beginning: Beginning | None = None
    """Where the step began; None if there is but one run."""

    live = True
    """Whether it can run again, with something changed."""

    @property
    def adapter(self) -> CaptureAdapter:
        """The model's adapter."""
        return capture_adapter(self.proxy)

    @property
    def updates(self) -> bool:
        """Whether there is an optimizer."""
        return self.optimizer is not None

    def update(self) -> None:
        """One step of the optimizer.

        Raises:
            RunError: If it raised.
        """
        try:
            self.adapter.step(self.optimizer)
        except Exception as error:
            hint = "" if _needs_nothing(self.optimizer) else _CLOSURE
            raise self._raised("optimizer", error, hint) from error

    def _raised(self, what: str, error: Exception, hint: str, *, where: str = "") -> RunError:
        return RunError(
            f"The {what} of {self.side} raised.",
            where=where or f"the {self.side} model, {self.proxy.name}",
            got=f"{type(error).__name__}: {error}",
            hint=hint,
        )

    def record(self, store: Store, *, backward: bool, why: str = "") -> Recording:
        """Run, and keep everything that passes; see `run`."""
        recorder = Recorder(self.adapter, store)
        recording = recorder.recording
        recording.loss, recording.derived = self._run(recorder, backward=backward, why=why)
        return recording

    def run(self, sink: Sink, *, backward: bool, why: str = "") -> Array | None:
        """One forward pass, and the backward pass if asked for.

        Args:
            sink: Is told what passes.
            backward: Whether to run the backward pass.
            why: What for, if it is not the first time.

        Returns:
            The loss, one element; None without a backward pass, or if there is nothing to take one of.

        Raises:
            RunError: If the model or its loss raised.
        """
        return self._run(sink, backward=backward, why=why)[0]

    def _run(self, sink: Sink, *, backward: bool, why: str) -> tuple[Array | None, bool]:
        """The loss, and whether anything depends on derivatives."""
        self.random_state.restore()
        what = f"{why}: {self.side}" if why else self.side
        sink = self.meter.counting(sink)
        observer = Observer(self.adapter, self.targets, sink, backward=backward)
        draw = np.random.default_rng(0).random
        masks = (
            self.adapter.synced_dropout(lambda shape: draw(shape, np.float32))
            if self.synced_dropout
            else nullcontext()
        )
        with observer.watching(), masks:
            return self._passes(observer, what, backward=backward), observer.derived

    def _passes(self, observer: Observer, what: str, *, backward: bool) -> Array | None:
        self.meter.run(what, "forward")
        output = self._forward(observer, backward=backward)
        if not backward:
            return None
        loss = loss_of(self.adapter, output, self.loss, self.side)
        if loss is None:
            return None
        if self.adapter.needs_gradient(loss):
            self.meter.run(what, "backward")
            self._backward(loss, observer)
        return np.array(self.adapter.array(loss))

    def drew(self) -> bool:
        """Whether the run that just ended drew random numbers."""
        return self.adapter.random_state() != self.random_state

    def _forward(self, observer: Observer, *, backward: bool) -> Any:
        try:
            with observer.forward():
                return self.arguments.call(self.module, self.adapter)
        except RunError:
            raise
        except Exception as error:
            hint = "" if backward or "grad" not in str(error).lower() else _UNRECORDED
            where = f"{self.side} {self._place(observer)}"
            raise self._raised("forward pass", error, hint, where=where) from error

    def _place(self, observer: Observer) -> str:
        """The path of the innermost watched module that was running."""
        modules = {target.key: target.module for target in self.targets}
        innermost = modules.get(observer.interrupted) if observer.interrupted is not None else None
        for handle in walk(self.proxy.adapter.handle(self.module)):
            if handle.module is innermost:
                return handle.path or "(root)"
        return "(root)"

    def _backward(self, loss: Any, observer: Observer) -> None:
        try:
            with observer.backward():
                self.adapter.backward(loss)
        except Exception as error:
            hint = 'pass phase="forward" to compare the forward pass alone'
            raise self._raised("backward pass", error, hint) from error

    def floors(self, recording: Recording, pairs: Sequence[Pair], *, backward: bool) -> Floors:
        """The model's own rounding errors in a run that was recorded.

        Raises:
            PadiffError: If the model cannot run in float64.
        """
        with self.again():
            wide = self.widened()
        return LiveFloors(wide, recording, pairs, backward=backward)

    def again(self) -> AbstractContextManager[None]:
        """A context to run once more in: the model is as it was when the step began."""
        return nullcontext() if self.beginning is None else self.beginning.again()

    def widened(self) -> Runner:
        """The same on a float64 copy of the model."""
        module = self.adapter.widened(self.module)
        ours = {id(h.module): h.path for h in walk(self.proxy.adapter.handle(self.module))}
        copies = {h.path: h.module for h in walk(self.proxy.adapter.handle(module))}
        targets = [
            replace(target, module=copies[ours[id(target.module)]]) for target in self.targets
        ]
        return replace(
            self,
            module=module,
            targets=targets,
            arguments=widen(self.arguments, self.proxy),
            beginning=None,
        )


def _needs_nothing(optimizer: Any) -> bool:
    """Whether its step can be called without arguments, as far as its signature tells."""
    try:
        signature(getattr(optimizer, "step", optimizer)).bind()
    except TypeError:
        return False
    return True
