"""The traces of several ranks and steps, found at one path."""

from __future__ import annotations

from pathlib import Path

import pytest

from padiff.errors import TraceError
from padiff.trace.gathering import traces_at


def folders(path: Path, *names: str) -> Path:
    for name in names:
        (path / name).mkdir(parents=True)
    return path


def test_a_single_trace_has_no_place(tmp_path: Path) -> None:
    assert traces_at(tmp_path) == {"": tmp_path}
    assert traces_at(tmp_path / "not there") == {"": tmp_path / "not there"}


def test_ranks_and_steps_come_by_number(tmp_path: Path) -> None:
    folders(tmp_path, "step_10/rank_0", "step_9/rank_1", "step_9/rank_0")
    assert traces_at(tmp_path) == {
        "step_9/rank_0": tmp_path / "step_9" / "rank_0",
        "step_9/rank_1": tmp_path / "step_9" / "rank_1",
        "step_10/rank_0": tmp_path / "step_10" / "rank_0",
    }


def test_a_trace_with_other_folders_is_that_trace(tmp_path: Path) -> None:
    folders(tmp_path, "rank_0")
    (tmp_path / "index.json").touch()
    assert traces_at(tmp_path) == {"": tmp_path}


def test_ranks_beside_something_else_are_no_ranks(tmp_path: Path) -> None:
    assert traces_at(folders(tmp_path, "rank_0", "other")) == {"": tmp_path}


def test_a_rank_that_was_cut_off_is_an_error(tmp_path: Path) -> None:
    folders(tmp_path, "rank_0", ".rank_0.recording-old", ".rank_1.recording-x1")
    with pytest.raises(TraceError) as refusal:
        traces_at(tmp_path)
    assert str(refusal.value) == (
        "A recording in a folder of traces was cut off.\n"
        f"  where:    {tmp_path}\n"
        "  got:      no trace, but the beginnings of one: rank_1\n"
        "  expected: a whole trace for each\n"
        "  hint:     record again; or, if it is of no use, delete what was cut off"
        f" ({tmp_path / '.rank_1.recording-x1'})"
    )
