"""`padiff show`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from padiff.trace.survey import survey
from padiff.trace.trace import Trace

from .running import padiff
from .traces import Net, write_trace

DISK = "on disk "


def header(lines: list[str]) -> list[str]:
    """Without the line whose figures depend on how safetensors writes."""
    return [line for line in lines if not line.startswith(DISK)]


def test_a_trace_is_a_header_and_a_tree(tmp_path: Path) -> None:
    done = padiff("show", write_trace(tmp_path / "t", Net(steps=2, backward=True, updates=True)))
    assert (done.status, done.err) == (0, "")
    assert header(done.lines) == [
        "Net, recorded in torch 9.9 by padiff 0.1.0",
        "20 tensors, 364 bytes, with all values",
        "2 steps",
        "  step 0: 4 calls, backward, update",
        "  step 1: 4 calls, backward, update",
        "",
        "module           kind    calls  tensors       size",
        "Net (Net)                    2        6   64 bytes",
        "  fc (Linear)    linear      2        9  200 bytes",
        "  act (ReLU)     relu        2        8  192 bytes",
        "  head (Linear)  linear      2       11  164 bytes",
    ]


def test_the_size_on_disk_is_that_of_its_files(tmp_path: Path) -> None:
    trace = write_trace(tmp_path / "t")
    disk = sum(file.stat().st_size for file in trace.iterdir())
    found = survey(Trace(trace))
    assert (found.files, found.disk) == (2, disk)
    assert padiff("show", trace).lines[2] == f"on disk {disk / 1000:.1f} kB in 2 files"


def test_what_was_left_out_is_said(tmp_path: Path) -> None:
    done = padiff("show", write_trace(tmp_path / "t", Net(watched=False, level="hash")))
    assert header(done.lines) == [
        "Net, recorded in torch 9.9 by padiff 0.1.0",
        "6 tensors, 108 bytes, of each a hash",
        "1 step",
        "  step 0: 1 call",
        "only modules down to depth 0",
        "",
        "module           kind       calls  tensors      size",
        "Net (Net)                       1        2  24 bytes",
        "  fc (Linear)    linear  left out        1  24 bytes",
        "  act (ReLU)     relu    left out        0   0 bytes",
        "  head (Linear)  linear  left out        1  12 bytes",
    ]


def test_a_depth_folds_what_is_below(tmp_path: Path) -> None:
    done = padiff("show", write_trace(tmp_path / "t"), "--depth", 0)
    assert done.lines[-2:] == [
        "Net (Net)            1        2  24 bytes",
        "and 3 modules below depth 0",
    ]


def test_many_steps_are_not_all_listed(tmp_path: Path) -> None:
    done = padiff("show", write_trace(tmp_path / "t", Net(steps=20)))
    assert header(done.lines)[2:12] == [
        "20 steps",
        *(f"  step {number}: 4 calls" for number in range(8)),
        "  and 12 more, the last 19",
    ]


def test_json_is_the_survey(tmp_path: Path) -> None:
    trace = write_trace(tmp_path / "t", Net(backward=True))
    done = padiff("show", trace, "--json", "--depth", 0)
    found = json.loads(done.out)
    assert found == json.loads(json.dumps(survey(Trace(trace)).to_dict()))
    assert found["steps"] == [{"number": 0, "calls": 4, "backward": True, "updated": False}]
    assert found["modules"][1] == {
        "path": "fc",
        "depth": 1,
        "class_name": "Linear",
        "kind": "linear",
        "same": None,
        "watched": True,
        "calls": 1,
        "tensors": 5,
        "bytes": 112,
    }


def test_ranks_are_a_line_each(tmp_path: Path) -> None:
    write_trace(tmp_path / "rank_10", Net(steps=3))
    write_trace(tmp_path / "rank_9", Net(framework="paddle"))
    done = padiff("show", tmp_path)
    assert done.status == 0
    assert [line.split() for line in done.lines] == [
        ["steps", "tensors", "size", "on", "disk", "model"],
        ["rank_9", "0", "6", "108", "bytes", *disk(tmp_path / "rank_9"), "Net,", "paddle", "9.9"],
        [
            *("rank_10", "0,", "1,", "2", "14", "252", "bytes"),
            *(*disk(tmp_path / "rank_10"), "Net,", "torch", "9.9"),
        ],
    ]


def disk(trace: Path) -> tuple[str, str]:
    return f"{sum(file.stat().st_size for file in trace.iterdir()) / 1000:.1f}", "kB"


def test_ranks_are_an_object_by_place(tmp_path: Path) -> None:
    write_trace(tmp_path / "step_0" / "rank_0")
    write_trace(tmp_path / "step_0" / "rank_1")
    done = padiff("show", tmp_path, "--json")
    assert list(json.loads(done.out)) == ["step_0/rank_0", "step_0/rank_1"]


def test_nothing_there_is_an_error(tmp_path: Path) -> None:
    done = padiff("show", tmp_path / "t")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "There is no trace here.\n"
        f"  where:    {tmp_path / 't'}\n"
        "  got:      nothing\n"
        "  expected: a folder with index.json, as padiff.record writes it\n"
    )


def test_a_damaged_index_is_an_error(tmp_path: Path) -> None:
    trace = write_trace(tmp_path / "t")
    data = (trace / "index.json").read_bytes()
    (trace / "index.json").write_bytes(data[:-10])
    done = padiff("show", trace)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("The index of a trace cannot be read.\n")


@pytest.mark.parametrize(("option", "status"), [((), 0), (("--check",), 2)])
def test_a_damaged_value_is_found_when_it_is_read(
    tmp_path: Path, option: tuple[str, ...], status: int
) -> None:
    trace = write_trace(tmp_path / "t")
    file = trace / "tensors-00000.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"\x7f")
    assert padiff("show", trace, *option).status == status


def test_a_check_that_finds_nothing_says_so(tmp_path: Path) -> None:
    done = padiff("show", write_trace(tmp_path / "t"), "--check")
    assert (done.status, done.lines[-1]) == (0, "All values are what was written.")
