"""`padiff compare` of folders of ranks: each with its number, and the worst outcome wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from .running import padiff
from .traces import Net, write_trace

SAME, OFF = Net(), Net(off=0.5)


def ranks(path: Path, *nets: Net, first: int = 0) -> Path:
    for number, net in enumerate(nets, first):
        write_trace(path / f"rank_{number}", net)
    return path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return ranks(tmp_path / "base", SAME, SAME)


def test_all_that_agree_are_aligned(tmp_path: Path, base: Path) -> None:
    done = padiff("compare", base, ranks(tmp_path / "raw", SAME, SAME), "--quiet")
    assert (done.status, done.err) == (0, "")
    assert done.lines == [
        "rank_0: Aligned in forward: identical",
        "rank_1: Aligned in forward: identical",
        "2 comparisons: 2 aligned",
    ]


def test_one_that_differs_is_enough(tmp_path: Path, base: Path) -> None:
    done = padiff("compare", base, ranks(tmp_path / "raw", OFF, SAME), "--quiet")
    assert done.status == 1
    assert done.lines == [
        "rank_0: Not aligned: they part in forward at head, call 0",
        "rank_1: Aligned in forward: identical",
        "2 comparisons: 1 aligned, 1 not aligned (rank_0)",
    ]


def test_one_that_cannot_be_judged_is_worse_than_one_that_differs(
    tmp_path: Path, base: Path
) -> None:
    raw = ranks(tmp_path / "raw", SAME, OFF)
    (raw / "rank_0" / "tensors-00000.safetensors").unlink()
    done = padiff("compare", base, raw, "--quiet")
    assert done.status == 2
    assert done.lines == [
        "rank_1: Not aligned: they part in forward at head, call 0",
        "2 comparisons: 1 not aligned (rank_1), 1 not judged (rank_0)",
    ]
    assert done.err == (
        "rank_0: A file of the trace is missing.\n"
        f"  where:    {raw / 'rank_0' / 'tensors-00000.safetensors'}\n"
        "  expected: a plain file\n"
    )


def test_the_sum_is_one_line_however_long(tmp_path: Path) -> None:
    sides = [ranks(tmp_path / str(off), *[Net(off=off)] * 12) for off in (0, 0.5)]
    done = padiff("compare", *sides, "-q")
    named = ", ".join(f"rank_{number}" for number in range(12))
    assert done.lines[-1] == f"12 comparisons: 12 not aligned ({named})"


def test_each_report_has_its_place_above(tmp_path: Path, base: Path) -> None:
    done = padiff("compare", base, ranks(tmp_path / "raw", OFF, SAME))
    assert done.lines[:2] == ["rank_0", "Not aligned: they part in forward at head, call 0"]
    assert done.lines[done.lines.index("rank_1") - 1] == ""
    assert done.lines[-2:] == ["", "2 comparisons: 1 aligned, 1 not aligned (rank_0)"]


def test_files_have_the_rank_in_their_names(tmp_path: Path, base: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    raw = ranks(tmp_path / "raw", OFF, SAME)
    padiff("compare", base, raw, "--markdown", out / "a.b.md", "--json", out / "c")
    written = {file.name: file.read_text()[:9] for file in sorted(out.iterdir())}
    assert written == {
        "a.b.rank_0.md": "**Not ali",
        "a.b.rank_1.md": "**Aligned",
        "c.rank_0": '{\n "forma',
        "c.rank_1": '{\n "forma',
    }


def test_ranks_that_one_side_has_alone_cannot_be_judged(tmp_path: Path, base: Path) -> None:
    raw = ranks(tmp_path / "raw", SAME, SAME, first=1)
    done = padiff("compare", base, raw)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "The two sides did not record the same ranks and steps.\n"
        f"  where:    base {base}, raw {raw}\n"
        "  got:      base rank_0, rank_1; raw rank_1, rank_2\n"
        "  expected: the same folders on both sides, each compared with its namesake\n"
    )


def test_a_single_trace_is_no_folder_of_ranks(tmp_path: Path, base: Path) -> None:
    done = padiff("compare", base, write_trace(tmp_path / "raw"))
    assert (done.status, done.out) == (2, "")
    assert "  got:      base rank_0, rank_1; raw a single trace\n" in done.err


def test_steps_of_ranks_are_all_compared(tmp_path: Path) -> None:
    for side in ("base", "raw"):
        for step in (0, 10):
            ranks(tmp_path / side / f"step_{step}", SAME)
    done = padiff("compare", tmp_path / "base", tmp_path / "raw", "-q")
    assert done.lines[-1] == "2 comparisons: 2 aligned"
    assert done.lines[1].startswith("step_10/rank_0: ")
