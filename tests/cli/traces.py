"""Traces of a small model, written without a framework."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from padiff.trace.index import (
    CallEntry,
    Index,
    Level,
    ModuleEntry,
    Moment,
    SettingEntry,
    StateEntry,
    StepEntry,
)
from padiff.trace.writer import TraceWriter

__all__ = ["Net", "write_trace"]

_X = np.array([[1, -2], [3, 4]], np.float32)
_FC = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
_HEAD = np.array([[1, 2, -1]], np.float32)


@dataclass(frozen=True)
class Net:
    """`head(relu(fc(x)))`, as recorded.

    Attributes:
        off: Added to what head returns.
        names: Of the three layers.
        framework: Where it claims to come from.
        steps: How many are recorded, all alike.
        backward: Whether each has a backward pass.
        updates: Whether each has an optimizer's step.
        watched: Whether the layers' calls are recorded, or the model's alone.
        level: What is kept of each tensor.
        kind: Of the two layers with weights.
        activation: The kind of the layer in the middle.
        settings: Its settings.
    """

    off: float = 0.0
    names: tuple[str, str, str] = ("fc", "act", "head")
    framework: str = "torch"
    steps: int = 1
    backward: bool = False
    updates: bool = False
    watched: bool = True
    level: Level = "full"
    kind: str = "linear"
    activation: str = "relu"
    settings: dict[str, SettingEntry] = field(default_factory=dict)

    def modules(self) -> tuple[ModuleEntry, ...]:
        linear = (f"{self.framework}.nn.Linear", "Linear")
        fc, act, head = self.names
        return (
            ModuleEntry("", "", -1, ("nets.Net", "Net"), class_name="Net"),
            self._layer(fc, linear, self.kind, (3, 2), 0),
            replace(
                self._layer(act, (f"{self.framework}.nn.ReLU", "ReLU"), self.activation, None, 1),
                settings=self.settings,
            ),
            self._layer(head, linear, self.kind, (1, 3), 1),
        )

    def _layer(
        self,
        name: str,
        names: tuple[str, ...],
        kind: str,
        shape: tuple[int, int] | None,
        memory: int,
    ) -> ModuleEntry:
        state = StateEntry("weight", shape or (), "float32", "parameter", True, True, memory)
        return ModuleEntry(
            name,
            name,
            0,
            names,
            class_name=names[-1],
            kind=kind,
            unit="whole" if shape else "",
            tensors=(state,) if shape else (),
            watched=self.watched,
            training=False,
        )


def write_trace(path: Path, net: Net | None = None) -> Path:
    """Write what `padiff.record` writes of such a model."""
    net = net or Net()
    writer = TraceWriter(path, net.level)
    initial = {"1/weight": writer.put(_FC), "3/weight": writer.put(_HEAD)}
    steps = tuple(_step(number, net, writer) for number in range(net.steps))
    limits = () if net.watched else ("only modules down to depth 0",)
    writer.finish(
        Index(
            padiff="0.1.0",
            framework=net.framework,
            framework_version="9.9",
            name="Net",
            level=net.level,
            modules=net.modules(),
            tensors=tuple(writer.tensors),
            steps=steps,
            updates=net.updates,
            limits=limits,
            initial=initial,
        )
    )
    return path


def _step(number: int, net: Net, writer: TraceWriter) -> StepEntry:
    hidden = _X @ _FC.T
    active = np.maximum(hidden, 0)
    out = active @ _HEAD.T + np.float32(net.off)
    gradients = np.ones_like(out), np.ones_like(out) @ _HEAD, np.ones_like(out) @ _HEAD
    x, h, a, y = (writer.put(each) for each in (_X, hidden, active, out))
    dy, da, dh = (writer.put(each) if net.backward else None for each in gradients)
    calls = [_call(0, -1, (x, y), (None, dy))]
    if net.watched:
        calls.append(_call(1, 0, (x, h), (None, dh)))
        calls.append(_call(2, 0, (h, a), (dh, da)))
        calls.append(_call(3, 0, (a, y), (da, dy)))
    moment: Moment = {}
    if net.backward or net.updates:
        moment = {"1/weight": writer.put(_FC + 1), "3/weight": writer.put(_HEAD + 1)}
    return StepEntry(
        number,
        calls=tuple(calls),
        backward=net.backward,
        gradients=moment if net.backward else {},
        updated=moment if net.updates else {},
    )


def _call(
    module: int, parent: int, values: tuple[int, int], gradients: tuple[int | None, int | None]
) -> CallEntry:
    of_input, of_output = (({} if g is None else {"": g}) for g in gradients)
    source = "net.py:7"
    arguments: Any = {"args": [], "kwargs": {}} if parent < 0 else None
    return CallEntry(
        module,
        parent,
        source,
        {"args.0": values[0]},
        {"": values[1]},
        of_input,
        of_output,
        arguments,
    )
