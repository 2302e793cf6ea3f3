"""One command in a process of its own: what it writes is read, and it ends as a whole."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

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


def command(folder: Path, code: str, *, program: str = sys.executable) -> Command:
    return Command("raw", (program, "-c", code), folder, folder / "trace", {}, None)


def test_what_does_not_listen_is_killed(tmp_path: Path, pipe: Pipe) -> None:
    started = Process(command(tmp_path, pipe.child(deaf=True) + IDLE), lambda _: None)
    pipe.wait_for_it()
    started.stop()
    assert pipe.is_free()


def test_what_left_the_group_is_not_waited_for(tmp_path: Path, pipe: Pipe) -> None:
    started = Process(command(tmp_path, pipe.child(away=True) + IDLE), lambda _: None)
    number = pipe.wait_for_it()
    started.stop()
    os.kill(number, signal.SIGKILL)
    assert pipe.is_free()


def test_stopping_twice_is_stopping(tmp_path: Path) -> None:
    started = Process(command(tmp_path, IDLE), lambda _: None)
    assert not started.ended()
    started.stop()
    started.stop()


def test_every_line_is_told_whatever_its_bytes_are(tmp_path: Path) -> None:
    code = "import os; os.write(1, b'a\\n\\xff\\n\\nlast')"
    told: list[str] = []
    started = Process(command(tmp_path, code), told.append)
    while not started.ended():
        pass
    assert told == ["a", "\N{REPLACEMENT CHARACTER}", "", "last"]


def test_a_line_without_an_end_is_told_in_pieces(tmp_path: Path) -> None:
    told: list[int] = []
    started = Process(
        command(tmp_path, "print('x' * 100_000)"), lambda line: told.append(len(line))
    )
    while not started.ended():
        pass
    assert told == [65536, 100_000 - 65536]


def test_a_program_that_cannot_be_started_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "program").write_text("no program")
    (tmp_path / "program").chmod(0o755)
    with pytest.raises(CommandError) as failure:
        Process(command(tmp_path, "x", program="./program"), lambda _: None)
    assert str(failure.value) == (
        "The command of raw failed.\n  where:    ./program -c x\n  got:      Exec format error"
    )
