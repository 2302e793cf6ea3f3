"""One command in a process group of its own, which ends as a whole."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from padiff.cli.stopping import signal_name
from padiff.errors import CommandError
from padiff.trace.folder import PATH_VARIABLE

if TYPE_CHECKING:
    from padiff.cli.running.config import Command

__all__ = ["Process"]

_GRACE = 10.0
"""Seconds between asking to end and ending."""
_TICK = 0.05
_TAIL = 20
"""Lines of standard error that an error quotes."""
_LONGEST = 1 << 16
"""Bytes of a line; a longer one is taken for several."""


class Process:
    """A command that was started.

    Args:
        command: What to start.
        say: Told of each line it writes, on either stream; called from other threads.

    Raises:
        CommandError: If it cannot be started.
    """

    def __init__(self, command: Command, say: Callable[[str], object]) -> None:
        self.command = command
        self.started = time.monotonic()
        self._say = say
        self._tail: deque[str] = deque(maxlen=_TAIL)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - to run the user's commands is what it is for
                command.arguments,
                cwd=command.cwd,
                env={
                    **os.environ,
                    "PYTHONUNBUFFERED": "1",  # so that its lines come as they are written
                    **command.env,
                    PATH_VARIABLE: str(command.trace),
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        self._readers = [
            self._reader(self._process.stdout, None),
            self._reader(self._process.stderr, self._tail),
        ]

    def _reader(self, stream: IO[bytes] | None, keep: deque[str] | None) -> threading.Thread:
        thread = threading.Thread(target=self._read, args=(stream, keep), daemon=True)
        thread.start()
        return thread

    def _read(self, stream: IO[bytes], keep: deque[str] | None) -> None:
        with stream:
            for line in iter(lambda: stream.readline(_LONGEST), b""):
                # Of a bar that is drawn over and over, the last.
                text = line.decode("utf-8", "replace").rstrip("\r\n").rpartition("\r")[2]
                if keep is not None:
                    keep.append(text)
                self._say(text)

    @property
    def seconds(self) -> float:
        """Since it was started."""
        return time.monotonic() - self.started

    def ended(self) -> bool:
        """Whether it has ended, and well.

        Raises:
            CommandError: If it failed, or runs for longer than it may.
        """
        status = self._process.poll()
        if status is None:
            timeout = self.command.timeout
            if timeout is not None and self.seconds > timeout:
                self.stop()
                raise self._failed(f"no end within {timeout:g} s")
            return False
        self.stop()
        if status:
            raise self._failed(
                f"killed by {signal_name(-status)}" if status < 0 else f"exit status {status}"
            )
        return True

    def _failed(self, how: str) -> CommandError:
        said = "\n".join(self._tail).strip("\n")
        return CommandError(
            f"The command of {self.command.side} failed.",
            where=" ".join(self.command.arguments),
            got=f"{how}, having said last:\n{said}" if said else how,
        )

    def stop(self) -> None:
        """End it, and whatever it started and left running; it may have ended already."""
        try:
            self._signal(signal.SIGTERM)
            deadline = time.monotonic() + _GRACE
            while self._is_alive() and time.monotonic() < deadline:
                time.sleep(_TICK)
        finally:
            self._signal(signal.SIGKILL)
            self._process.wait()
            for reader in self._readers:
                reader.join(_GRACE)  # what left the group may hold the stream open for ever

    def _is_alive(self) -> bool:
        self._process.poll()
        return self._signal(0)

    def _signal(self, number: int) -> bool:
        """Send a signal to the whole group; whether anybody is there."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
            return True
        return False
