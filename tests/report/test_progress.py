from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from padiff.aligning.progress import Counted, Silent, progress_bar
from padiff.capture.observer import Call


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def terminal() -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=80, force_terminal=True, color_system=None), out


def test_it_says_what_runs_and_how_far_it_is() -> None:
    console, out = terminal()
    clock = Clock()
    with progress_bar(console, clock) as progress:
        progress.step(1, 3)
        progress.run("base forward", 10)
        clock.now = 2
        for _ in range(7):
            progress.advance()
            clock.now += 1
        assert "step 1, base forward" in out.getvalue()
        assert "7/10" in out.getvalue()
        progress.run("raw forward", 20)
        assert "step 1, raw forward" in out.getvalue()
        assert "0/20" in out.getvalue()


def test_a_run_of_unknown_length() -> None:
    console, out = terminal()
    clock = Clock()
    with progress_bar(console, clock) as progress:
        progress.run("base forward", 10)
        clock.now = 2
        progress.run("base backward", None)
        clock.now = 3
        progress.advance()
        assert "1/?" in out.getvalue()


def test_one_step_is_not_numbered() -> None:
    console, out = terminal()
    clock = Clock()
    with progress_bar(console, clock) as progress:
        progress.step(0, 1)
        clock.now = 2
        progress.run("base forward", 10)
        assert out.getvalue().lstrip("\x1b[?25l").startswith("base forward")


def test_nothing_is_shown_of_what_is_done_at_once() -> None:
    console, out = terminal()
    clock = Clock()
    with progress_bar(console, clock) as progress:
        progress.run("base forward", 10)
        clock.now = 0.9
        progress.advance()
    assert out.getvalue() == ""


def test_it_is_not_drawn_at_every_call() -> None:
    console, out = terminal()
    clock = Clock()
    with progress_bar(console, clock) as progress:
        progress.run("base forward", 1000)
        clock.now = 2
        for _ in range(1000):
            progress.advance()
    assert out.getvalue().count("base forward") <= 3


def test_it_is_gone_afterwards_also_after_an_exception() -> None:
    console, out = terminal()
    clock = Clock()

    def interrupted() -> None:
        with progress_bar(console, clock) as progress:
            clock.now = 2
            progress.run("base forward", 10)
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()
    show_cursor, erase_line = "\x1b[?25h", "\x1b[2K"
    assert show_cursor in out.getvalue()
    assert out.getvalue().endswith(erase_line)


def test_nothing_is_written_where_there_is_no_terminal() -> None:
    out = io.StringIO()
    clock = Clock()
    with progress_bar(Console(file=out), clock) as progress:
        progress.step(0, 2)
        clock.now = 2
        progress.run("base forward", 10)
        progress.advance()
    assert isinstance(progress, Silent)
    assert out.getvalue() == ""


def test_what_the_model_prints_goes_where_it_was_sent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console, out = terminal()
    clock = Clock()
    with progress_bar(console, clock) as progress:
        clock.now = 2
        progress.run("base forward", 10)
        print("printed by the model")  # noqa: T201
    assert capsys.readouterr().out == "printed by the model\n"
    assert "printed" not in out.getvalue()


class _Sink:
    def __init__(self) -> None:
        self.told: list[Any] = []

    def entered(self, *told: Any) -> None:
        self.told.append(told)

    def left(self, *told: Any) -> Any:
        self.told.append(told)
        return {"": np.ones(1)}

    def gradient(self, *told: Any) -> Any:
        self.told.append(told)
        return np.zeros(1)


class _Counter(Silent):
    def __init__(self) -> None:
        self.count = 0

    def advance(self) -> None:
        self.count += 1


def test_a_counted_sink_hands_everything_on() -> None:
    sink, counter = _Sink(), _Counter()
    counted = Counted(sink, counter)
    call = Call(0, 0, None, leaf=True, source="")
    tensors: list[tuple[str, Any]] = [("", object())]
    values = np.ones(2)
    counted.entered(call, tensors)
    assert counter.count == 0
    assert counted.left(call, tensors) == {"": np.ones(1)}
    assert counter.count == 1
    assert counted.gradient(call, "input", "args.0", values) == np.zeros(1)
    assert counter.count == 2
    assert sink.told == [(call, tensors), (call, tensors), (call, "input", "args.0", values)]
