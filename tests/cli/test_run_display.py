"""What `padiff run` shows while the commands run."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from padiff.cli.running.display import Display, shown
from padiff.cli.running.recording import recorded_bytes


@pytest.fixture
def plain() -> Iterator[tuple[Display, io.StringIO]]:
    """A display where nobody looks at a terminal."""
    out = io.StringIO()
    with shown(Console(file=out, width=40), quiet=False) as display:
        display.wait("base")
        display.wait("raw")
        yield display, out


def test_a_file_gets_a_line_for_each_event(plain: tuple[Display, io.StringIO]) -> None:
    display, out = plain
    display.begin("base", ["python", "a.py"])
    display.say("base", "a line that is longer than the screen is wide")
    display.update("base", "recording")
    display.end("base", "done")
    display.say("raw", "\x1b[31mred\x1b[0m\x1b[2J")
    assert not display.live
    assert out.getvalue().splitlines() == [
        "base: running python a.py",
        "base | a line that is longer than the screen is wide",
        "base: done",
        "raw  | red",
    ]


def test_a_terminal_gets_rows() -> None:
    out = io.StringIO()
    console = Console(file=out, width=60, force_terminal=True, color_system=None)
    with shown(console, quiet=False) as display:
        display.wait("base")
        display.wait("raw")
        display.begin("base", ["python"])
        assert display.live
        display.say("base", "a line")
        display.update("base", "recording, 1 MB")
        display.end("base", "done, 1 step recorded")
    assert "base | a line" in out.getvalue()
    *_, base, raw = (
        line.split() for line in out.getvalue().splitlines() if line.strip("\x1b[?25h")
    )
    assert base[-6:-1] == ["base", "done,", "1", "step", "recorded"]
    assert raw[-3:-1] == ["raw", "waiting"]


def test_quiet_keeps_what_is_said_for_the_case_of_a_failure() -> None:
    out = io.StringIO()
    console = Console(file=out, width=60, force_terminal=True, color_system=None)
    with shown(console, quiet=True) as display:
        display.wait("base")
        display.wait("raw")
        display.begin("base", ["python"])
        display.say("base", "of base")
        display.say("raw", "of raw")
        display.end("base", "failed")
        assert out.getvalue() == ""
        display.show_kept("base")
    assert out.getvalue() == "base | of base\n"


def test_what_is_being_recorded_is_counted_over_all_ranks(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    assert recorded_bytes(trace) == 0
    for draft, size in (
        (tmp_path / ".trace.recording-a", 1),
        (tmp_path / ".other.recording-a", 10),
        (trace / ".rank_0.recording-b", 100),
        (trace / ".rank_1.recording-c", 1000),
    ):
        draft.mkdir(parents=True)
        (draft / "tensors-00000.safetensors").write_bytes(b"x" * size)
    assert recorded_bytes(trace) == 1101
