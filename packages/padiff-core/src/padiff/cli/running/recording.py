"""Running both commands until each has recorded its trace."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.filesize import decimal

from padiff.cli.running.freshness import check_fresh, stamps
from padiff.cli.running.process import Process
from padiff.cli.stopping import Signals, stoppable
from padiff.errors import PadiffError
from padiff.report.wording import count
from padiff.trace.folder import drafts
from padiff.trace.gathering import traces_at
from padiff.trace.trace import Trace

if TYPE_CHECKING:
    from padiff.cli.running.config import Command, Config
    from padiff.cli.running.display import Display

__all__ = ["record_both", "recorded_bytes"]

_TICK = 0.05
_LOOK = 20
"""Ticks between two looks at how much was recorded."""


def record_both(config: Config, display: Display) -> None:
    """Run base's command, then raw's; or both at once. What one started ends with it.

    Raises:
        CommandError: If one fails, or records nothing. The other is ended.
        TraceError: If a trace is damaged.
    """
    both = (config.base, config.raw)
    for command in both:
        display.wait(command.side)
    with stoppable() as signals:
        for group in [both] if config.parallel else [[command] for command in both]:
            _run(group, display, signals)


def _run(commands: Sequence[Command], display: Display, signals: Signals) -> None:
    """Run commands at once until all have ended."""
    with ExitStack() as stack:
        running = [_Run(command, display) for command in commands]
        for run in running:
            with signals.held():
                stack.callback(run.start().stop)
        while running:
            time.sleep(_TICK)
            running = [run for run in running if not run.ended()]


class _Run:
    """One command under way, its trace with it."""

    def __init__(self, command: Command, display: Display) -> None:
        self._command = command
        self._display = display
        self._before = stamps(command.trace)
        self._process: Process
        self._ticks = 0

    def start(self) -> Process:
        """Start it.

        Raises:
            CommandError: If it cannot be started.
        """
        side = self._command.side
        self._display.begin(side, self._command.arguments)
        with self._told():
            self._process = Process(self._command, lambda line: self._display.say(side, line))
        return self._process

    def ended(self) -> bool:
        """Whether it has ended, and its trace is there.

        Raises:
            PadiffError: If it failed.
        """
        with self._told():
            if not self._process.ended():
                self._look()
                return False
            check_fresh(self._command.side, self._command.trace, self._before)
            steps = _steps(self._command.trace)
        self._display.end(self._command.side, f"done, {steps} recorded")
        return True

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The display is told of a failure."""
        try:
            yield
        except PadiffError:
            self._display.end(self._command.side, "failed")
            self._display.show_kept(self._command.side)
            raise

    def _look(self) -> None:
        """Now and then, how much has been recorded."""
        if self._display.live and self._ticks % _LOOK == 0:
            so_far = recorded_bytes(self._command.trace)
            what = f"recording, {decimal(so_far)}" if so_far else "running"
            self._display.update(self._command.side, what)
        self._ticks += 1


def _steps(path: Path) -> str:
    recorded = {len(Trace(trace).steps) for trace in traces_at(path).values()}
    return count(max(recorded), "step")


def recorded_bytes(path: Path) -> int:
    """How much of a trace has been written so far, by all ranks."""
    folders = [folder for folder in (path.parent, path) if folder.is_dir()]
    found = [
        draft
        for folder in folders
        for name, draft in drafts(folder).items()
        if folder == path or name == path.name
    ]
    return sum(file.stat().st_size for draft in found for file in draft.glob("*"))
