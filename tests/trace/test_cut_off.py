"""Recordings that were cut off: what was there stays, and what is half there is never read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from padiff.errors import TraceError
from padiff.trace.trace import Trace
from tests.cli.traces import write_trace
from tests.docs.documents import ROOT

NOT_MOVED = "There is no trace here, but one that was not moved to its place."


def test_a_process_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    script = Path(__file__).with_name("killed.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "folder")],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    # The old one, then for a moment none that is in its place, then the new one: and nothing else.
    assert [outcome for outcome, _ in groupby(outcomes)] == [1, NOT_MOVED, 2]
    assert outcomes.count(1) > 10


def refusal(path: Path) -> str:
    with pytest.raises(TraceError) as caught:
        Trace(path)
    return str(caught.value)


EXPECTED = "  expected: a folder with index.json, as padiff.record writes it"


def test_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for name, got in (
        ("nowhere", "nothing"),
        ("empty", "a folder without an index"),
        ("file", "a file"),
        ("file/below", "nothing"),
    ):
        assert refusal(tmp_path / name) == (
            f"There is no trace here.\n  where:    {tmp_path / name}\n  got:      {got}\n{EXPECTED}"
        )


def test_what_was_cut_off_is_named(tmp_path: Path) -> None:
    left = tmp_path / ".t.recording-0123abcd"
    left.mkdir()
    (left / "tensors-00000.safetensors").touch()
    (tmp_path / ".tt.recording-0123abcd").mkdir()
    assert refusal(tmp_path / "t") == (
        "There is no trace here, but a recording that was cut off, or is still under way.\n"
        f"  where:    {tmp_path / 't'}\n"
        f"  got:      {left}\n"
        f"{EXPECTED}\n"
        "  hint:     record it again; what was cut off can be deleted"
    )


def test_what_was_whole_and_not_moved_is_not_called_cut_off(tmp_path: Path) -> None:
    left = [tmp_path / ".t.recording-0123abcd", tmp_path / ".t.recording-0123abcd.old"]
    for path in left:
        write_trace(path)
    assert refusal(tmp_path / "t") == (
        "There is no trace here, but one that was not moved to its place.\n"
        f"  where:    {tmp_path / 't'}\n"
        f"  got:      {left[0]}, {left[1]}\n"
        f"{EXPECTED}\n"
        "  hint:     rename it, if nothing is being recorded just now (*.old is the trace before)"
    )


def test_a_folder_of_ranks_is_not_one_trace(tmp_path: Path) -> None:
    for number in (10, 9):
        write_trace(tmp_path / f"rank_{number}")
    assert refusal(tmp_path) == (
        "The folder holds the traces of 2 ranks, and a single one was asked for.\n"
        f"  where:    {tmp_path}\n"
        "  got:      rank_9, rank_10\n"
        f"  hint:     name one of them: {tmp_path / 'rank_9'}"
    )
