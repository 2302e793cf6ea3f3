"""Small runs that are recorded, in either framework."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import padiff
from padiff.protocols import Array
from padiff.trace.index import CallEntry, StepEntry
from padiff.trace.trace import Trace
from tests.trace.native import RecordNative

__all__ = ["Recording", "paths_of", "values_of"]


class Recording:
    """What the laws of recording share."""

    native: RecordNative

    def net(self) -> Any:
        """Two Linears, a BatchNorm and a ReLU in place between them."""
        native = self.native
        native.seed(0)
        return native.module(
            lambda self, x: self.head(self.relu(self.norm(self.fc(x)))),
            fc=native.linear(4, 3),
            norm=native.batch_norm(3),
            relu=native.module(lambda _, x: native.relu_(x)),
            head=native.linear(3, 2),
        )

    def smooth(self) -> Any:
        """Two Linears with a tanh between them."""
        native = self.native
        native.seed(0)
        return native.module(
            lambda self, x: self.head(self.fc(x).tanh()),
            fc=native.linear(4, 3),
            head=native.linear(3, 2),
        )

    def batch(self, number: int = 0, size: int = 5) -> Any:
        """A batch of inputs, another for each number."""
        return self.native.tensor(self.native.noise(size, 4, seed=number))

    def loss(self, model: Any, number: int = 0) -> Any:
        """A loss of one batch."""
        return (model(self.batch(number)) ** 2).sum()

    def train(self, model: Any, optimizer: Any, steps: int, *, begin: int = 0) -> list[float]:
        """A plain training loop; the loss of each step."""
        losses = []
        for number in range(begin, begin + steps):
            loss = self.loss(model, number)
            self.native.backward(loss)
            optimizer.step()
            self.native.clear(optimizer)
            losses.append(float(loss.detach()))
        return losses

    def recorded(self, model: Any, path: Path, run: Any, **options: Any) -> Trace:
        """The trace of `run()`."""
        with padiff.record(model, path, **options):
            run()
        return Trace(path)

    def weights(self, model: Any) -> dict[str, Array]:
        """A copy of all parameters and buffers, by their own names."""
        return {name: self.native.values(t) for name, t in self.native.state(model).items()}


def paths_of(trace: Trace, step: StepEntry) -> list[str]:
    """The paths of the modules a step called, in order."""
    return [trace.index.modules[call.module].path for call in step.calls]


def values_of(trace: Trace, call: CallEntry, place: str, slot: str) -> Array:
    """One tensor of a call."""
    return np.array(trace.tensor(getattr(call, place)[slot]))
