"""The bar that shows how far an alignment is, and the meter that tells it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from padiff.aligning.progress import Bar, Meter
from padiff.capture.observer import Call

SHOW_CURSOR, ERASE_LINE = "\x1b[?25h", "\x1b[2K"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Shown:
    """A bar on a terminal of 80 columns."""

    def __init__(self) -> None:
        self.out = io.StringIO()
        self.clock = Clock()
        console = Console(file=self.out, width=80, force_terminal=True, color_system=None)
        self.bar = Bar(console, self.clock)

    @property
    def text(self) -> str:
        return self.out.getvalue()


def test_it_says_what_runs_and_how_far_it_is() -> None:
    shown = Shown()
    shown.bar("base forward", 0, 10)
    shown.clock.now = 2
    shown.bar("base forward", 7, 10)
    assert "base forward" in shown.text
    assert "7/10" in shown.text
    shown.clock.now = 3
    shown.bar("raw forward", 0, 20)
    assert "raw forward" in shown.text
    assert "0/20" in shown.text
    shown.bar.stop()


def test_a_run_of_unknown_length() -> None:
    shown = Shown()
    shown.clock.now = 2
    shown.bar("base forward", 1, None)
    assert "1/?" in shown.text
    shown.bar.stop()


def test_a_run_that_first_tells_when_something_is_done() -> None:
    shown = Shown()
    shown.clock.now = 2
    shown.bar("transfer", 64, 128)
    assert "transfer" in shown.text
    assert "64/128" in shown.text
    shown.bar.stop()


def test_nothing_is_shown_of_what_is_done_at_once() -> None:
    shown = Shown()
    shown.bar("base forward", 0, 10)
    shown.clock.now = 0.9
    shown.bar("base forward", 1, 10)
    shown.bar.stop()
    assert shown.text == ""


def test_it_is_not_drawn_at_every_call() -> None:
    shown = Shown()
    shown.clock.now = 2
    for done in range(1000):
        shown.bar("base forward", done, 1000)
    assert shown.text.count("base forward") <= 3
    shown.bar.stop()


def test_it_is_gone_afterwards() -> None:
    shown = Shown()
    shown.clock.now = 2
    shown.bar("base forward", 0, 10)
    shown.bar.stop()
    assert SHOW_CURSOR in shown.text
    assert shown.text.endswith(ERASE_LINE)


def test_what_the_model_prints_goes_where_it_was_sent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = Shown()
    shown.clock.now = 2
    shown.bar("base forward", 0, 10)
    print("printed by the model")  # noqa: T201
    shown.bar.stop()
    assert capsys.readouterr().out == "printed by the model\n"
    assert "printed" not in shown.text


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


def test_a_meter_hands_on_what_it_counts() -> None:
    sink, told = _Sink(), []
    meter = Meter(lambda *each: told.append(each))
    meter.run("base", "forward")
    counted = meter.counting(sink)
    call = Call(0, 0, None, leaf=True, source="")
    tensors: list[tuple[str, Any]] = [("", object())]
    values = np.ones(2)
    counted.entered(call, tensors)
    assert counted.left(call, tensors) == {"": np.ones(1)}
    assert counted.gradient(call, "input", "args.0", values) == np.zeros(1)
    assert sink.told == [(call, tensors), (call, tensors), (call, "input", "args.0", values)]
    assert told == [("base forward", n, None) for n in range(3)]


def test_nothing_is_counted_for_nobody() -> None:
    sink = _Sink()
    assert Meter().counting(sink) is sink


def test_later_runs_in_one_direction_are_about_as_long_as_the_first() -> None:
    told: list[Any] = []
    meter = Meter(lambda *each: told.append(each))
    for side in ("base", "raw"):
        meter.run(side, "forward")
        for _ in range(2 if side == "base" else 3):
            meter.advance()
        meter.run(side, "backward")
        meter.advance()
    assert told[:5] == [
        ("base forward", 0, None),
        ("base forward", 1, None),
        ("base forward", 2, None),
        ("base backward", 0, None),
        ("base backward", 1, None),
    ]
    assert told[5:] == [
        ("raw forward", 0, 2),
        ("raw forward", 1, 2),
        ("raw forward", 2, 2),
        ("raw forward", 3, 3),
        ("raw backward", 0, 1),
        ("raw backward", 1, 1),
    ]
