"""What `padiff run` does while its commands run, with commands that are none."""

from __future__ import annotations

import io
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from padiff.cli.running import recording
from padiff.cli.running.config import Command, Config, parse_config
from padiff.cli.running.display import Display
from padiff.cli.running.recording import record_both
from padiff.cli.stopping import Stopped
from padiff.model import Side

from .traces import write_trace


class Noted(Display):
    """Notes what the rows of a terminal would say."""

    def __init__(self) -> None:
        super().__init__(Console(file=io.StringIO()), None, quiet=True)
        self.told: list[tuple[Side, str]] = []

    @property
    def live(self) -> bool:
        return True

    def update(self, side: Side, what: str) -> None:
        self.told.append((side, what))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    sides = {side: {"command": "x", "trace": side} for side in ("base", "raw")}
    return parse_config(sides, tmp_path)


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited each time, without waiting."""
    taken: list[float] = []
    monkeypatch.setattr(recording, "time", SimpleNamespace(sleep=taken.append))
    return taken


def started(
    monkeypatch: pytest.MonkeyPatch, begin: Callable[[Command], Iterator[bool]]
) -> list[Side]:
    """Let commands end as `begin` says, look by look; which were stopped."""
    stopped: list[Side] = []

    def start(command: Command, _say: object) -> object:
        looks = begin(command)
        return SimpleNamespace(ended=lambda: next(looks), stop=lambda: stopped.append(command.side))

    monkeypatch.setattr(recording, "Process", start)
    return stopped


def test_now_and_then_it_is_told_how_much_was_recorded(
    monkeypatch: pytest.MonkeyPatch, config: Config, naps: list[float]
) -> None:
    def begin(command: Command) -> Iterator[bool]:
        yield from (False, False)
        draft = command.trace.with_name(f".{command.trace.name}.recording-0")
        draft.mkdir()
        (draft / "tensors-00000.safetensors").write_bytes(b"123")
        yield from (False, False)
        write_trace(command.trace)
        yield True

    monkeypatch.setattr(recording, "_LOOK", 2)
    started(monkeypatch, begin)
    display = Noted()
    record_both(config, display)
    assert display.told == [
        ("base", "running"),
        ("base", "recording, 3 bytes"),
        ("raw", "running"),
        ("raw", "recording, 3 bytes"),
    ]
    assert naps == [0.05] * 10


def test_a_signal_while_a_command_is_started_ends_that_too(
    monkeypatch: pytest.MonkeyPatch, config: Config
) -> None:
    def begin(_command: Command) -> Iterator[bool]:
        signal.raise_signal(signal.SIGTERM)
        return iter(())

    stopped = started(monkeypatch, begin)
    with pytest.raises(Stopped):
        record_both(config, Noted())
    assert stopped == ["base"]


def test_nothing_is_counted_where_nobody_is_told(
    monkeypatch: pytest.MonkeyPatch, config: Config
) -> None:
    def begin(command: Command) -> Iterator[bool]:
        yield False
        write_trace(command.trace)
        yield True

    monkeypatch.setattr(recording, "recorded_bytes", pytest.fail)
    started(monkeypatch, begin)
    record_both(config, Display(Console(file=io.StringIO()), None, quiet=True))
