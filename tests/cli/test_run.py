"""`padiff run`: two commands record, and what they recorded is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from padiff.cli.running.freshness import check_fresh
from padiff.errors import TraceError
from padiff.trace.trace import Trace

from .aligning import align_file, recording
from .running import padiff
from .traces import Net, write_trace

SAY = "import sys\nprint('to out')\nprint('to err', file=sys.stderr)\n"


def at_rank(code: str, rank: int) -> str:
    """Code that records as one of several processes does."""
    return f"import os\nos.environ['PADIFF_TRACE'] += '/rank_{rank}'\n{code}"


def test_commands_whose_models_agree_are_status_0(tmp_path: Path, same: str) -> None:
    done = padiff("run", align_file(tmp_path, same, same), "--quiet")
    assert done == (0, "Aligned in forward: identical\n", "")


@pytest.mark.parametrize("head", ["", "parallel = true"])
def test_commands_whose_models_part_are_status_1(
    tmp_path: Path, same: str, off: str, head: str
) -> None:
    done = padiff("run", align_file(tmp_path, same, off, head=head), "--quiet")
    assert done == (1, "Not aligned: they part in forward at head, call 0\n", "")


def test_paths_are_relative_to_the_file(tmp_path: Path, same: str) -> None:
    padiff("run", align_file(tmp_path, same, same, compare='markdown = "o.md"\njson = "o.json"'))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "align.toml",
        "o.json",
        "o.md",
        "out",
    ]
    assert Trace(tmp_path / "out" / "base").name == "Net"


def test_the_comparison_is_as_the_file_asks(tmp_path: Path, same: str, off: str) -> None:
    asked = 'atol = 1\nmode = "mean"\nphase = "forward"\ndepth = 0\nignore = ["act"]'
    done = padiff("run", align_file(tmp_path, same, off, compare=asked))
    assert done.status == 0
    assert (
        "tolerance: mean |base - raw| <= atol + rtol * mean |base| with atol=1 for *" in done.lines
    )
    assert "forward  1 layer, 1 tensor" in done.out


def test_what_commands_write_is_shown_with_their_side(tmp_path: Path, same: str) -> None:
    done = padiff("run", align_file(tmp_path, SAY + same, same))
    lines = done.err.splitlines()
    assert lines[0].startswith("base: running ")
    assert {"base | to out", "base | to err"} < set(lines)
    assert [line for line in lines if "done" in line] == [
        "base: done, 1 step recorded",
        "raw: done, 1 step recorded",
    ]
    assert "to out" not in done.out


def test_a_bar_that_a_command_draws_is_its_last_state(tmp_path: Path, same: str) -> None:
    code = "import sys\nsys.stderr.write('10%\\r50%\\r100%\\n')\n"
    done = padiff("run", align_file(tmp_path, code + same))
    assert "base | 100%" in done.err.splitlines()


def test_a_command_finds_its_environment(tmp_path: Path, same: str) -> None:
    code = "import os\nprint(os.environ['NEW'], os.environ['PADIFF_TRACE'], os.getcwd())\n"
    folder = tmp_path / "deep"
    folder.mkdir()
    file = align_file(folder, code + same, side='env = { NEW = "value" }')
    done = padiff("run", file)
    assert f"base | value {folder / 'out' / 'base'} {folder}" in done.err.splitlines()


def test_ranks_are_compared_each_with_its_number(tmp_path: Path, same: str) -> None:
    code = at_rank(same, 3)
    done = padiff("run", align_file(tmp_path, code, code), "-q")
    assert done.lines == [
        "rank_3: Aligned in forward: identical",
        "1 comparison: 1 aligned",
    ]


def test_a_trace_that_was_there_is_replaced(tmp_path: Path, same: str) -> None:
    write_trace(tmp_path / "out" / "raw", Net(off=0.5))
    assert padiff("run", align_file(tmp_path, same, same)).status == 0


def test_an_old_trace_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    old = write_trace(tmp_path / "out" / "base")
    before = (old / "index.json").read_bytes()
    done = padiff("run", align_file(tmp_path, ""), "-q")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "The command of base ended well, and recorded nothing.\n"
        f"  where:    {old}\n"
        "  got:      the trace of an earlier run, which is as it was\n"
        "  expected: a trace\n"
        "  hint:     in the command: with padiff.record(model): ..., without a path, or with this one\n"
    )
    assert (old / "index.json").read_bytes() == before


def test_ranks_of_an_earlier_run_are_not_taken_for_new_ones(tmp_path: Path, same: str) -> None:
    write_trace(tmp_path / "out" / "base" / "rank_1")
    done = padiff("run", align_file(tmp_path, at_rank(same, 0)), "-q")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "Of the traces at base's path, some are of an earlier run.\n"
        f"  where:    {tmp_path / 'out' / 'base'}\n"
        "  got:      rank_1\n"
        "  expected: those that the command has recorded, and no others\n"
        "  hint:     delete the folder, then run again\n"
    )


def test_an_index_that_is_written_over_in_its_place_is_a_new_one(tmp_path: Path, same: str) -> None:
    index = write_trace(tmp_path / "out" / "base") / "index.json"
    again = f"with open({str(index)!r}, 'r+b') as file: file.write({index.read_bytes()!r})"
    assert padiff("run", align_file(tmp_path, again, same), "-q").status == 0


def test_an_index_that_is_put_in_the_place_of_one_as_old_is_a_new_one(
    tmp_path: Path, same: str
) -> None:
    index = str(write_trace(tmp_path / "out" / "base") / "index.json")
    again = f"import os, shutil; os.replace(shutil.copy2({index!r}, {index + '.new'!r}), {index!r})"
    assert padiff("run", align_file(tmp_path, again, same), "-q").status == 0


def test_steps_of_an_earlier_run_are_not_taken_for_new_ones(tmp_path: Path, same: str) -> None:
    write_trace(tmp_path / "out" / "base" / "step_1" / "rank_0")
    code = "import os\nos.environ['PADIFF_TRACE'] += '/step_0'\n" + at_rank(same, 0)
    done = padiff("run", align_file(tmp_path, code), "-q")
    assert (done.status, done.out) == (2, "")
    assert "  got:      step_1/rank_0\n" in done.err


def test_a_rank_that_was_cut_off_is_noticed_before_raw_runs(tmp_path: Path, same: str) -> None:
    cut_off = "import os\nos.makedirs(os.environ['PADIFF_TRACE'] + '/.rank_1.recording-0')\n"
    done = padiff("run", align_file(tmp_path, cut_off + at_rank(same, 0)))
    assert (done.status, done.out) == (2, "")
    assert "A recording in a folder of traces was cut off.\n" in done.err
    assert "  got:      no trace, but the beginnings of one: rank_1\n" in done.err
    assert "raw" not in done.err


def test_what_is_fresh_is_whole(tmp_path: Path) -> None:
    write_trace(tmp_path / "rank_0")
    (tmp_path / ".rank_1.recording-0").mkdir()
    with pytest.raises(TraceError, match="A recording in a folder of traces was cut off"):
        check_fresh("base", tmp_path, {})


def test_ranks_that_recorded_unlike_many_steps_are_told_by_the_most(
    tmp_path: Path, same: str
) -> None:
    more = recording(write_trace(tmp_path / "more", Net(steps=3)))
    done = padiff(
        "run", align_file(tmp_path, at_rank(same, 0) + more.replace("E']", "E'][:-1] + '1'"))
    )
    assert "base: done, 3 steps recorded" in done.err.splitlines()


def test_a_command_that_records_nothing_is_an_error(tmp_path: Path, same: str) -> None:
    done = padiff("run", align_file(tmp_path, same), "-q")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(
        "The command of raw ended well, and recorded nothing.\n"
        f"  where:    {tmp_path / 'out' / 'raw'}\n"
        "  got:      no trace\n"
    )


def test_a_damaged_trace_is_an_error_before_raw_runs(tmp_path: Path, same: str) -> None:
    code = same + "open(os.environ['PADIFF_TRACE'] + '/index.json', 'w').write('{}')"
    done = padiff("run", align_file(tmp_path, code))
    assert (done.status, done.out) == (2, "")
    assert "The index of a trace cannot be read.\n" in done.err
    assert "raw" not in done.err


@pytest.mark.parametrize("key", ["map", "tolerance_file"])
def test_files_that_cannot_be_read_are_noticed_before_anything_runs(
    tmp_path: Path, same: str, key: str
) -> None:
    done = padiff("run", align_file(tmp_path, same, same, compare=f"{key} = 'nix.toml'"))
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"A file could not be read.\n  where:    {tmp_path / 'nix.toml'}\n")
    assert not (tmp_path / "out").exists()


def test_outputs_that_cannot_be_written_are_noticed_before_anything_runs(
    tmp_path: Path, same: str
) -> None:
    done = padiff("run", align_file(tmp_path, same, compare='html = "nowhere/o.html"'))
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("The folder for a file is not there.\n")
    assert not (tmp_path / "out").exists()
