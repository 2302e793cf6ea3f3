"""Telling, without a clock, whether a process that a command started is gone."""

from __future__ import annotations

import os
import select
from pathlib import Path

__all__ = ["Pipe"]

_CHILD = """
import os, signal, subprocess, sys
code = "import os, signal, time; {deaf}os.write(os.open({fifo!r}, os.O_WRONLY), b'%08d' % os.getpid()); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", code], start_new_session={away})
with open({fifo!r} + ".seen") as seen: seen.read()
"""
"""Starts a process that holds a pipe open as long as it lives, and waits until the test has seen it."""

_DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN); "


class Pipe:
    """Tells whether any process still holds it."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        os.mkfifo(self.path)
        os.mkfifo(f"{self.path}.seen")
        self._end = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)

    def child(self, *, deaf: bool = False, away: bool = False) -> str:
        """Code that starts such a process: one that does not listen, or that leaves its group."""
        return _CHILD.format(fifo=self.path, deaf=_DEAF if deaf else "", away=away)

    def wait_for_it(self) -> int:
        """Wait until the process is there, and let the command that started it go on; its number."""
        number = int(self._read())
        Path(f"{self.path}.seen").write_text("")
        return number

    def is_free(self) -> bool:
        """Whether the process is gone, or goes."""
        return self._read() == b""

    def _read(self) -> bytes:
        ready, _, _ = select.select([self._end], [], [], 60)
        assert ready, "nobody came, or nobody went, within a minute"
        return os.read(self._end, 8)

    def close(self) -> None:
        os.close(self._end)
