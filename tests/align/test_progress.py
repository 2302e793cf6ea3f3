"""What is told of an alignment while it runs, and that telling can do no harm."""

from __future__ import annotations

import io
from itertools import groupby
from typing import Any

import pytest
import torch

import padiff
from padiff.aligning import progress as module
from padiff.errors import RunError, UsageError
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)
SHOW_CURSOR, ERASE_LINE = "\x1b[?25h", "\x1b[2K"


class Told:
    """A display that keeps what it was told."""

    def __init__(self) -> None:
        self.all: list[tuple[str, int, int | None]] = []

    def __call__(self, what: str, done: int, total: int | None) -> None:
        self.all.append((what, done, total))

    @property
    def runs(self) -> list[str]:
        return [what for what, _ in groupby(self.all, lambda each: each[0])]


def wrong_weight() -> tuple[Net, Net]:
    base = chain(4, 4, 4)
    raw = twin(base)
    with torch.no_grad():
        raw.b.weight.mul_(2)
    return base, raw


def wrong_gradient() -> tuple[Net, Net]:
    base = chain(4, 4, 4)
    raw = twin(base)
    raw.b.weight.register_hook(lambda gradient: gradient * 2)
    return base, raw


def test_a_function_is_told_what_runs_and_how_far_it_is() -> None:
    base, told = chain(4, 4, 4), Told()
    assert padiff.align(base, twin(base), X, progress=told)
    assert told.runs == ["base forward", "base backward", "raw forward", "raw backward"]
    assert [each for each in told.all if each[0] == "base forward"] == [
        ("base forward", done, None) for done in range(4)
    ]
    assert [each for each in told.all if each[0] == "raw forward"] == [
        ("raw forward", done, 3) for done in range(4)
    ]
    gradients = [done for what, done, _ in told.all if what == "base backward"]
    assert gradients == list(range(5))  # of a, b, the whole, and b's input
    assert told.all[-1] == ("raw backward", 4, 4)


def test_settling_and_hints_are_told_of() -> None:
    told = Told()
    assert not padiff.align(*wrong_weight(), X, progress=told)
    assert told.runs == [
        "base forward",
        "base backward",
        "raw forward",
        "raw backward",
        "settling in float64: base forward",
        "recording once more: base forward",
        "trying hints: raw forward",
    ]


def test_a_backward_pass_that_is_looked_into_is_told_of() -> None:
    told = Told()
    assert not padiff.align(*wrong_gradient(), X, progress=told)
    assert told.runs[4:10] == [
        "recording once more: base forward",
        "recording once more: base backward",
        "fed with base's values: raw forward",
        "fed with base's values: raw backward",
        "settling in float64: base forward",
        "settling in float64: base backward",
    ]


def test_several_steps_are_numbered() -> None:
    base, told = chain(4, 4), Told()
    raw = twin(base)
    optimizers = torch.optim.SGD(base.parameters(), 0.1), torch.optim.SGD(raw.parameters(), 0.1)
    assert padiff.align(base, raw, X, optimizers=optimizers, steps=2, progress=told)
    sides = ("base forward", "base backward", "raw forward", "raw backward")
    assert told.runs == [f"step {number}, {run}" for number in range(2) for run in sides]


def test_the_transfer_is_told_of_in_bytes() -> None:
    told = Told()
    assert padiff.align(chain(4, 4), chain(4, 4), X, init=True, phase="forward", progress=told)
    assert told.all[0] == ("transfer", 80, 80)
    assert told.runs == ["transfer", "base forward", "raw forward"]


def test_a_display_that_raises_is_warned_of_once_and_not_called_again() -> None:
    calls = []

    def display(what: str, done: int, _: int | None) -> None:
        calls.append(what)
        if done:
            msg = "no terminal"
            raise OSError(msg)

    base = chain(4, 4)
    with pytest.warns(RuntimeWarning) as caught:
        report = padiff.align(base, twin(base), X, progress=display)
    assert [str(warning.message) for warning in caught] == [
        "The progress display failed (OSError('no terminal')); the alignment itself is complete."
    ]
    assert caught[0].filename == __file__
    assert report
    assert calls == ["base forward", "base forward"]


def test_a_display_can_interrupt() -> None:
    def display(*_: Any) -> None:
        raise KeyboardInterrupt

    base = chain(4, 4)
    with pytest.raises(KeyboardInterrupt):
        padiff.align(base, twin(base), X, progress=display)


def test_a_bar_shows_what_runs_and_is_gone_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    base = chain(4, 4)
    assert padiff.align(base, twin(base), X, progress=True)
    out, err = capsys.readouterr()
    assert "base forward" in err
    assert err.endswith(ERASE_LINE)
    assert SHOW_CURSOR in err
    assert out == ""


def test_a_bar_is_gone_after_an_exception(capsys: pytest.CaptureFixture[str]) -> None:
    def run(self: Any, x: Any) -> Any:
        raise ValueError(self.a(x).shape)

    with pytest.raises(RunError):
        padiff.align(chain(4, 4), Net(run, a=torch.nn.Linear(4, 4)), X, progress=True)
    _, err = capsys.readouterr()
    assert "raw forward" in err
    assert err.endswith(ERASE_LINE)
    assert SHOW_CURSOR in err


def test_a_terminal_that_is_gone_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr("sys.stderr", Gone())
    base = chain(4, 4)
    with pytest.warns(RuntimeWarning, match="BrokenPipeError"):
        assert padiff.align(base, twin(base), X, progress=True)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("make", "progress", "shown"),
    [
        (_Terminal, None, True),
        (_Terminal, False, False),
        (io.StringIO, None, False),
    ],
)
def test_a_bar_is_shown_in_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, make: Any, progress: bool | None, shown: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(module, "_DELAY", 0.0)
    stream = make()
    monkeypatch.setattr("sys.stderr", stream)
    base = chain(4, 4)
    assert padiff.align(base, twin(base), X, progress=progress)
    assert ("base forward" in stream.getvalue()) is shown


def test_what_is_no_display() -> None:
    wrong: Any = "bar"
    with pytest.raises(UsageError) as caught:
        padiff.align(chain(4, 4), chain(4, 4), X, progress=wrong)
    assert str(caught.value).splitlines() == [
        "progress= is no display.",
        "  got:      'bar'",
        "  expected: True, False, None, or a function of (what, done, total)",
    ]
