"""The calls of one step, as they are being made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from padiff.trace.index import CallEntry

if TYPE_CHECKING:
    from padiff.capture.observer import Call, Place
    from padiff.trace.rounding import StepFloors

__all__ = ["OpenCall", "OpenCalls"]


@dataclass(eq=False)
class OpenCall:
    """A call in the making."""

    number: int
    module: int
    parent: int
    source: str
    arguments: Any
    inputs: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)
    input_gradients: dict[str, int] = field(default_factory=dict)
    output_gradients: dict[str, int] = field(default_factory=dict)

    def gradients(self, place: Place) -> dict[str, int]:
        """The gradients of its inputs or of its outputs."""
        return self.input_gradients if place == "input" else self.output_gradients

    @property
    def is_root(self) -> bool:
        """Whether it is a call of the model from outside."""
        return self.module == 0 and self.parent < 0


class OpenCalls:
    """All calls of a step so far, in the order in which they began."""

    def __init__(self) -> None:
        self._made: dict[Call, OpenCall] = {}

    def __bool__(self) -> bool:
        return bool(self._made)

    def begin(self, call: Call, arguments: Any) -> None:
        """A call begins."""
        parent = self._made.get(call.parent) if call.parent else None
        number = len(self._made)
        self._made[call] = OpenCall(
            number, call.key, parent.number if parent else -1, call.source, arguments
        )

    def of(self, call: Call) -> OpenCall | None:
        """What is noted of a call; None of one from another step."""
        return self._made.get(call)

    def roots(self) -> Iterator[tuple[Call, OpenCall]]:
        """The calls of the model itself."""
        return ((call, mine) for call, mine in self._made.items() if mine.is_root)

    @property
    def backward(self) -> bool:
        """Whether a backward pass came through any of them."""
        return any(mine.input_gradients or mine.output_gradients for mine in self._made.values())

    def entries(self, floors: StepFloors | None) -> tuple[CallEntry, ...]:
        """As the index holds them, with their rounding errors where they were measured."""
        return tuple(
            CallEntry(
                module=mine.module,
                parent=mine.parent,
                source=mine.source,
                inputs=mine.inputs,
                outputs=mine.outputs,
                input_gradients=mine.input_gradients,
                output_gradients=mine.output_gradients,
                arguments=mine.arguments,
                floors=floors.of(call) if floors else {},
            )
            for call, mine in self._made.items()
        )
