"""What the commands are doing, on standard error: a row for each, and what they write above."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from padiff.model import Side

__all__ = ["Display", "shown"]

_KEPT = 10_000
"""Lines of each side that `--quiet` keeps for the case of a failure."""
_COLORS: dict[Side, str] = {"base": "cyan", "raw": "magenta"}


class Display:
    """Tells of both commands.

    Args:
        console: Where to.
        rows: The rows, where the console is interactive; None for a line whenever something begins
            or ends.
        quiet: Say nothing, but keep what the commands write.
    """

    def __init__(self, console: Console, rows: Progress | None, *, quiet: bool) -> None:
        self._console = console
        self._rows = rows
        self._quiet = quiet
        self._tasks: dict[Side, TaskID] = {}
        self._kept: dict[Side, deque[str]] = {}

    @property
    def live(self) -> bool:
        """Whether there are rows that `update` changes."""
        return self._rows is not None

    def wait(self, side: Side) -> None:
        """A command is going to be started."""
        self._kept[side] = deque(maxlen=_KEPT)
        if self._rows is not None:
            self._tasks[side] = self._rows.add_task("waiting", total=None, start=False, side=side)

    def begin(self, side: Side, command: Sequence[str]) -> None:
        """It was started."""
        if self._rows is not None:
            self._rows.start_task(self._tasks[side])
            self.update(side, "running")
        elif not self._quiet:
            self._event(side, f"running {' '.join(command)}")

    def update(self, side: Side, what: str) -> None:
        """It has come so far."""
        if self._rows is not None:
            self._rows.update(self._tasks[side], description=what)

    def end(self, side: Side, how: str) -> None:
        """It has ended."""
        if self._rows is not None:
            self._rows.update(self._tasks[side], description=how, total=1, completed=1)
            self._rows.stop_task(self._tasks[side])
        elif not self._quiet:
            self._event(side, how)

    def say(self, side: Side, line: str) -> None:
        """It has written a line."""
        if self._quiet:
            self._kept[side].append(line)
        else:
            self._line(side, line)

    def show_kept(self, side: Side) -> None:
        """Print what was kept of a command."""
        while self._kept[side]:
            self._line(side, self._kept[side].popleft())

    def _event(self, side: Side, text: str) -> None:
        self._print(Text.assemble((f"{side}: ", _COLORS[side]), text))

    def _line(self, side: Side, text: str) -> None:
        # The escape codes of colours hold; others could move the cursor into the rows.
        self._print(Text.assemble((f"{side:<4} | ", _COLORS[side]), Text.from_ansi(text)))

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


@contextmanager
def shown(console: Console, *, quiet: bool) -> Iterator[Display]:
    """A display that is gone at the end, but for its last state."""
    if quiet or not console.is_interactive:
        yield Display(console, None, quiet=quiet)
        return
    columns = (
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.fields[side]:<4}"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as rows:
        yield Display(console, rows, quiet=False)
