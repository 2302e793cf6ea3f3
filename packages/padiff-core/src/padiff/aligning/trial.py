"""Running raw once more with something changed, to see whether the difference at an origin goes away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.aligning.comparer import ComparedCall, Comparer
from padiff.aligning.noise import judge_by_floor

if TYPE_CHECKING:
    from padiff.aligning.nodes import Node
    from padiff.aligning.step import Step
    from padiff.capture.observer import Call, Leaf
    from padiff.protocols import Array

__all__ = ["Trial", "attribute_set", "restored"]

_WHY = "trying hints"


class Trial:
    """Reruns raw for one origin, every layer fed with what base's had.

    Args:
        node: The origin.
        step: The step it was found in.
    """

    def __init__(self, node: Node, step: Step) -> None:
        self._node = node
        self._step = step
        self._backward = node.phase == "backward"
        self.base = step.runs.recording.calls.get((node.key, node.call))
        """What base's layer had; None if its call was not seen."""

    def removes(self, change: AbstractContextManager[object]) -> bool:
        """Whether the difference is gone while `change` is in force."""
        compared = self._run(change)
        return compared is not None and self._agrees(compared)

    def _run(self, change: AbstractContextManager[object]) -> ComparedCall | None:
        runs = self._step.runs
        comparer = runs.comparer(feed_values=True, feed_gradients=self._backward)
        try:
            with runs.raw.again(), change:
                comparer.run(backward=self._backward, why=_WHY)
        except Exception:  # noqa: BLE001 - a hypothesis that cannot even run explains nothing
            return None
        return comparer.calls.get((self._node.key, self._node.call))

    def _agrees(self, compared: ComparedCall) -> bool:
        values = compared.gradients if self._backward else compared.values
        found = [*values["output"], *(values["input"] if self._backward else ())]
        floors = {c.name: c.floor for c in self._node.produced}
        for comparison in found:
            judge_by_floor(comparison, floors.get(comparison.name), comparison.scale)
        return bool(found) and all(comparison.agrees for comparison in found)

    def outputs(self) -> list[tuple[Array, Array]]:
        """Base's and raw's outputs of the origin's call, those of one shape."""
        if self.base is None:
            return []
        catcher = _Catcher(self._step, (self._node.key, self._node.call))
        catcher.catch()
        base = {slot: stored.load() for slot, stored in self.base.outputs.items()}
        pairs = zip(base.values(), catcher.outputs.values(), strict=False)
        return [(b, r) for b, r in pairs if b.size == r.size]

    def inputs_of(self, node: Node) -> list[tuple[Array, Array]]:
        """Base's and raw's inputs of a call within the origin's, those of one shape."""
        recorded = self._step.runs.recording.calls.get((node.key, node.call))
        if recorded is None:
            return []
        catcher = _Catcher(self._step, (node.key, node.call))
        catcher.catch()
        base = {slot: stored.load() for slot, stored in recorded.inputs.items()}
        pairs = zip(base.values(), catcher.inputs.values(), strict=False)
        return [(b, r) for b, r in pairs if b.shape == r.shape]


class _Catcher(Comparer):
    """Feeds raw with base's values, and keeps what one call took and returned."""

    def __init__(self, step: Step, wanted: tuple[int, int]) -> None:
        super().__init__(
            step.runs.raw,
            step.runs.recording,
            step.watching.by_key,
            step.gauge,
            feed_values=True,
            feed_gradients=False,
        )
        self.inputs: dict[str, Array] = {}
        self.outputs: dict[str, Array] = {}
        self._wanted = wanted

    def catch(self) -> None:
        """Run raw forward."""
        with self._raw.again():
            self.run(backward=False, why=_WHY)

    def entered(self, call: Call, inputs: Sequence[Leaf]) -> None:
        if call.identity == self._wanted:
            self.inputs = self._copies(inputs)
        super().entered(call, inputs)

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        if call.identity == self._wanted:
            self.outputs = self._copies(outputs)
        return super().left(call, outputs)

    def _copies(self, tensors: Sequence[Leaf]) -> dict[str, Array]:
        return {slot: np.array(self._adapter.array(tensor)) for slot, tensor in tensors}


@contextmanager
def attribute_set(module: Any, path: str, value: Any) -> Iterator[None]:
    """Set an attribute by dotted path, and put the old value back."""
    *above, name = path.split(".")
    for part in above:
        module = getattr(module, part)
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


@contextmanager
def restored(
    snapshot: Callable[[], Callable[[], None]], change: Callable[[], None]
) -> Iterator[None]:
    """Make a change to tensors, and put them back."""
    restore = snapshot()
    try:
        change()
        yield
    finally:
        restore()
