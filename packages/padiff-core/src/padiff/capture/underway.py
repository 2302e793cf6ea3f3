"""Calls of watched modules that have begun and have not returned yet."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from padiff.capture.observer import Call, Target

__all__ = ["Frame", "UnderWay"]


@dataclass(eq=False, slots=True)
class Frame:
    """A call of a watched module."""

    target: Target
    within: FrameType
    """The framework's own code that makes the call: as long as it runs, the call is under way."""
    call: Call | None = None
    """None of a call that is not reported."""
    aliases: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    """Tensors it was called with, by identity, and what the module was given in their place."""


class UnderWay:
    """A stack of calls, reported or not.

    Args:
        hooks: Folders of the code between the framework and the observer.
        dropped: Called with a reported call that will never return.
    """

    def __init__(self, hooks: tuple[str, ...], dropped: Callable[[Call], None]) -> None:
        self._hooks = hooks
        self._dropped = dropped
        self._frames: list[Frame] = []

    def __bool__(self) -> bool:
        return bool(self._frames)

    def clear(self) -> None:
        """Forget all of them."""
        self._frames.clear()

    def enter(self, target: Target) -> tuple[Frame, Frame | None]:
        """A call begins; it, and the call it is made within."""
        if self._holds(target):
            self._forget_dead()
        around = self._frames[-1] if self._frames else None
        frame = Frame(target, self._running())
        self._frames.append(frame)
        return frame, around

    def leave(self, target: Target) -> Frame | None:
        """The innermost call of a module, which is over now; None if it was not seen to begin."""
        if not self._holds(target):
            return None
        while (frame := self._frames.pop()).target is not target:
            self._drop(frame)
        return frame

    def _holds(self, target: Target) -> bool:
        return any(frame.target is target for frame in self._frames)

    def _drop(self, frame: Frame) -> None:
        if frame.call is not None:
            self._dropped(frame.call)

    def _running(self) -> FrameType:
        """The framework's frame that calls the hooks, and the module between them."""
        frame = sys._getframe(1)  # noqa: SLF001 - the documented way to look at one's callers
        while frame.f_back and frame.f_code.co_filename.startswith(self._hooks):
            frame = frame.f_back
        return frame

    def _forget_dead(self) -> None:
        """Forget calls that an interrupt ended: frameworks tell no hook of a KeyboardInterrupt.

        Asked when a module seems to call itself: it is either recursive, or was interrupted.
        """
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as in `_running`
        alive = set()
        while frame:
            alive.add(id(frame))
            frame = frame.f_back
        while self._frames and id(self._frames[-1].within) not in alive:
            self._drop(self._frames.pop())
