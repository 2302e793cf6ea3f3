"""One command in a process of its own: what it writes is read, and it ends as a whole."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from padiff.cli.running import process
from padiff.cli.running.config import Command
from padiff.cli.running.process import Process
from padiff.errors import CommandError

from .aligning import IDLE
from .pipes import Pipe


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_GRACE", 0.1)


def command(
    folder: Path,
    code: str,
    *,
    program: str = sys.executable,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Command:
    return Command("raw", (program, "-c", code), folder, folder / "trace", env or {}, timeout)


def all_told(of: Command) -> list[str]:
    """What a command says until it has ended well."""
    told: list[str] = []
    started = Process(of, told.append)
    while not started.ended():
        pass
    return told


def test_what_listens_is_asked_before_it_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_GRACE", 60)
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('asked')))\n"
        "print('ready')\n"
    )
    told: list[str] = []
    ready = Event()

    def say(line: str) -> None:
        told.append(line)
        ready.set()

    started = Process(command(tmp_path, code + IDLE), say)
    assert ready.wait(60)
    started.stop()
    assert told == ["ready", "asked"]


def test_what_has_ended_is_given_no_time_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps = iter(range(10_000))

    def nap(_seconds: float) -> None:
        next(naps)  # ends the test if it is taken for alive although nobody has asked how it ended
        time.sleep(0.001)

    started = Process(command(tmp_path, ""), lambda _: None)
    monkeypatch.setattr(process, "time", SimpleNamespace(monotonic=lambda: 0.0, sleep=nap))
    started.stop()


def test_what_does_not_listen_is_killed(tmp_path: Path, pipe: Pipe) -> None:
    started = Process(command(tmp_path, pipe.child(deaf=True) + IDLE), lambda _: None)
    pipe.wait_for_it()
    started.stop()
    assert pipe.is_free()


def test_a_command_that_does_not_listen_is_killed_and_gone(tmp_path: Path) -> None:
    ready = Event()
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready')\n"
    started = Process(command(tmp_path, deaf + IDLE), lambda _: ready.set())
    assert ready.wait(60)
    started.stop()
    assert started._process.returncode == -signal.SIGKILL


def test_stopping_waits_for_what_is_still_to_be_read(tmp_path: Path) -> None:
    started = Process(command(tmp_path, ""), lambda _: None)
    waited: list[float] = []
    started._readers = [SimpleNamespace(join=waited.append)]  # type: ignore[list-item] # in its place
    started.stop()
    assert waited == [0.1]


def test_a_command_has_a_session_of_its_own(tmp_path: Path) -> None:
    assert all_told(command(tmp_path, "import os; print(os.getsid(0) == os.getpid())")) == ["True"]


def test_what_left_the_group_is_not_waited_for(tmp_path: Path, pipe: Pipe) -> None:
    started = Process(command(tmp_path, pipe.child(away=True) + IDLE), lambda _: None)
    number = pipe.wait_for_it()
    started.stop()
    assert all(reader.daemon for reader in started._readers)  # they hold nobody else up either
    os.kill(number, signal.SIGKILL)
    assert pipe.is_free()


def test_stopping_twice_is_stopping(tmp_path: Path) -> None:
    started = Process(command(tmp_path, IDLE), lambda _: None)
    assert not started.ended()
    started.stop()
    started.stop()


def test_the_end_of_what_takes_too_long_is_waited_for(tmp_path: Path, pipe: Pipe) -> None:
    started = Process(command(tmp_path, pipe.child() + IDLE, timeout=0.0), lambda _: None)
    pipe.wait_for_it()
    with pytest.raises(CommandError) as failure:
        started.ended()
    assert failure.value.got == "no end within 0 s"
    assert pipe.is_free()


def test_a_timeout_counts_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = [100.0]
    clock = SimpleNamespace(monotonic=lambda: times[-1], sleep=time.sleep)
    monkeypatch.setattr(process, "time", clock)
    started = Process(command(tmp_path, IDLE, timeout=5), lambda _: None)
    times.append(104.9)
    assert not started.ended()
    times.append(105.1)
    with pytest.raises(CommandError, match="no end within 5 s"):
        started.ended()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (rb"a\n\xff\n\nlast", ["a", "\N{REPLACEMENT CHARACTER}", "", "last"]),
        (rb"one\r\ntwo\r\n", ["one", "two"]),
        (rb"10%\r100%\nlast", ["100%", "last"]),
    ],
)
def test_every_line_is_told_whatever_its_bytes_are(
    tmp_path: Path, written: bytes, told: list[str]
) -> None:
    assert all_told(command(tmp_path, f"import os; os.write(1, b'{written.decode()}')")) == told


@pytest.fixture
def typed() -> Iterator[None]:
    """Something to read on this process's standard input."""
    before = os.dup(0)
    read, write = os.pipe()
    os.write(write, b"typed")
    os.close(write)
    os.dup2(read, 0)
    os.close(read)
    yield
    os.dup2(before, 0)
    os.close(before)


@pytest.mark.usefixtures("typed")
def test_a_command_has_nothing_to_read(tmp_path: Path) -> None:
    assert all_told(command(tmp_path, "import sys; print(repr(sys.stdin.read()))")) == ["''"]


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({}, "from outside 1 None"),
        ({"OUTER": "new", "PYTHONUNBUFFERED": "", "MORE": "more"}, "new  more"),
    ],
)
def test_the_environment_is_this_processs_and_what_is_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], told: str
) -> None:
    monkeypatch.setenv("OUTER", "from outside")
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    code = "import os; print(*map(os.environ.get, ('OUTER', 'PYTHONUNBUFFERED', 'MORE')))"
    assert all_told(command(tmp_path, code, env=env)) == [told]


def test_a_line_without_an_end_is_told_in_pieces(tmp_path: Path) -> None:
    told = all_told(command(tmp_path, "print('x' * 100_000)"))
    assert [len(piece) for piece in told] == [65536, 100_000 - 65536]


def test_a_program_that_cannot_be_started_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "program").write_text("no program")
    (tmp_path / "program").chmod(0o755)
    with pytest.raises(CommandError) as failure:
        Process(command(tmp_path, "x", program="./program"), lambda _: None)
    assert str(failure.value) == (
        "The command of raw failed.\n  where:    ./program -c x\n  got:      Exec format error"
    )
