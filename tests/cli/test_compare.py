"""`padiff compare`: two traces in, a report out, and the status says how it ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest

from padiff.aligning.offline import compare_traces
from padiff.aligning.settings import DiffPhase
from padiff.cli.compare import LanguageName, ModeName, PhaseName
from padiff.compare.tolerance import Mode
from padiff.report.alignment import AlignmentReport
from padiff.report.page.render import Language

from .running import padiff
from .traces import Net, write_trace


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_trace(tmp_path / "base", Net(backward=True, updates=True))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Computes the same."""
    return write_trace(tmp_path / "raw", Net(backward=True, updates=True, framework="paddle"))


@pytest.fixture
def off(tmp_path: Path) -> Path:
    """Does not: half is added to what head returns."""
    return write_trace(tmp_path / "off", Net(off=0.5, backward=True, updates=True))


def test_traces_that_agree_are_status_0(base: Path, raw: Path) -> None:
    done = padiff("compare", base, raw)
    assert (done.status, done.err) == (0, "")
    assert done.lines == [
        "Aligned in forward, backward and update: identical",
        "",
        "layer            forward  backward  update",
        "Net              0        0         -",
        "  fc (Linear)    0        0         0",
        "  act (ReLU)     0        -         -",
        "  head (Linear)  0        0         0",
        "",
        "forward   4 layers, 4 tensors, all identical",
        "backward  4 layers, 3 tensors, all identical",
        "update    2 layers, 2 tensors, all identical",
        "compared: Net (torch) and Net (paddle), 1 step",
        "tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype, or base's own",
        "rounding error",
        "note: The lint compared settings alone: its other rules need the modules themselves.",
    ]


def test_traces_that_part_are_status_1(base: Path, off: Path) -> None:
    done = padiff("compare", base, off)
    assert (done.status, done.err) == (1, "")
    assert done.lines[0] == "Not aligned: they part in forward at head, call 0"
    assert "  hint: raw is base plus 0.5 throughout [offset]" in done.lines


@pytest.mark.parametrize("option", [("--atol", 1), ("--rtol", 1), ("--atol", 0.3, "--rtol", 0.3)])
def test_a_tolerance_may_allow_the_difference(
    base: Path, off: Path, option: tuple[str, Any]
) -> None:
    done = padiff("compare", base, off, *option)
    assert done.status == 0
    assert done.lines[0].startswith("Aligned in forward, backward and update: largest error 0.5")


def test_a_mode_compares_means(tmp_path: Path, base: Path) -> None:
    raw = write_trace(tmp_path / "raw", Net(off=0.5))
    base = write_trace(tmp_path / "base2")
    allowed = ("--atol", 0, "--rtol", 0.25)
    assert padiff("compare", base, raw, *allowed).status == 1
    assert padiff("compare", base, raw, *allowed, "--mode", "mean").status == 0


def test_a_phase_leaves_the_others_out(base: Path, raw: Path) -> None:
    done = padiff("compare", base, raw, "--phase", "forward")
    assert done.lines[0] == "Aligned in forward and update: identical"


def test_a_depth_leaves_out_what_is_below(base: Path, off: Path) -> None:
    done = padiff("compare", base, off, "--depth", 0)
    assert done.lines[0] == "Not aligned: they part in forward at (root), call 0"


def test_patterns_leave_out_layers(base: Path, off: Path) -> None:
    done = padiff("compare", base, off, "--ignore", "head", "--ignore", "act")
    assert done.lines[0] == "Not aligned: they part in forward at (root), call 0"


def test_quiet_is_one_line(base: Path, off: Path) -> None:
    done = padiff("compare", base, off, "-q")
    assert done == (1, "Not aligned: they part in forward at head, call 0\n", "")


@pytest.mark.parametrize(("option", "progress"), [((), None), (("-q",), False)])
def test_quiet_shows_no_progress(
    base: Path,
    raw: Path,
    option: tuple[str, ...],
    progress: bool | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def compared(*traces: Path, **options: object) -> AlignmentReport:
        asked.append(options["progress"])
        return compare_traces(*traces)

    monkeypatch.setattr("padiff.cli.comparing.asked.compare_traces", compared)
    padiff("compare", base, raw, *option)
    assert asked == [progress]


def test_one_line_is_not_wrapped(tmp_path: Path) -> None:
    names = ("fc", "act", "head" * 50)
    pair = [write_trace(tmp_path / str(off), Net(names=names, off=off)) for off in (0, 0.5)]
    done = padiff("compare", *pair, "-q")
    assert done.out == f"Not aligned: they part in forward at {names[2]}, call 0\n"


def test_that_nobody_reads_changes_no_outcome(base: Path, off: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "padiff", "compare", str(base), str(off)]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_full_is_a_line_for_every_layer(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("padiff.report.outline._SOME", 1)
    told = [padiff("compare", base, base, *more).out for more in ((), ("--full",))]
    assert [text.count("(Linear)") for text in told] == [0, 2]


def test_everything_is_written_whatever_the_outcome(tmp_path: Path, base: Path, off: Path) -> None:
    options = ("--html", "--markdown", "--json")
    files = {option: tmp_path / f"out.{option.strip('-')}" for option in options}
    done = padiff("compare", base, off, *(part for pair in files.items() for part in pair))
    assert done.status == 1
    assert '<html lang="en"' in files["--html"].read_text()
    assert files["--markdown"].read_text().startswith("**Not aligned: ")
    assert json.loads(files["--json"].read_text())["aligned"] is False


def test_the_page_opens_in_the_language_that_is_asked_for(
    tmp_path: Path, base: Path, raw: Path
) -> None:
    padiff("compare", base, raw, "--html", tmp_path / "out.html", "--language", "zh")
    assert '<html lang="zh-CN"' in (tmp_path / "out.html").read_text()


OUTPUTS = ("--html", "--markdown", "--json", "--junit", "--write-tolerances")


@pytest.mark.parametrize(("first", "second"), list(pairwise(OUTPUTS)))
def test_two_outputs_in_one_file_are_refused(
    tmp_path: Path, base: Path, raw: Path, first: str, second: str
) -> None:
    one, other = tmp_path / "out", tmp_path / "base" / ".." / "out"
    done = padiff("compare", base, raw, first, one, second, other)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        f"Two outputs go to one file.\n  got:      {one}\n  expected: a file for each\n"
    )
    assert not one.exists()


@pytest.mark.parametrize("option", OUTPUTS)
def test_a_folder_that_is_not_there_is_noticed_first(
    tmp_path: Path, base: Path, raw: Path, option: str
) -> None:
    path = tmp_path / "nowhere" / "out.md"
    done = padiff("compare", base, raw, option, path)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"The folder for a file is not there.\n  where:    {path}\n")


def test_a_trace_that_is_not_there_cannot_be_judged(tmp_path: Path, base: Path) -> None:
    done = padiff("compare", base, tmp_path / "nix")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"There is no trace here.\n  where:    {tmp_path / 'nix'}\n")


def test_a_trace_cut_off_in_its_middle_cannot_be_judged(base: Path, raw: Path) -> None:
    (raw / "tensors-00000.safetensors").unlink()
    done = padiff("compare", base, raw)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("A file of the trace is missing.\n")


def test_a_backward_pass_of_one_side_alone_cannot_be_judged(tmp_path: Path, base: Path) -> None:
    done = padiff("compare", base, write_trace(tmp_path / "raw"))
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("Only base's trace holds a backward pass.\n")


def test_traces_without_values_are_judged_by_what_they_hold(tmp_path: Path, base: Path) -> None:
    raw = write_trace(tmp_path / "raw", Net(backward=True, updates=True, level="statistics"))
    done = padiff("compare", base, raw, "--quiet")
    assert (done.status, done.err) == (0, "")
    assert done.lines == [
        "Aligned in forward, backward and update, as far as statistics tell: identical"
    ]


@pytest.mark.parametrize(("off", "status"), [(0.0, 0), (0.5, 1)])
def test_traces_without_values_are_compared_by_what_was_kept(
    tmp_path: Path, off: float, status: int
) -> None:
    base = write_trace(tmp_path / "base", Net(level="hash"))
    raw = write_trace(tmp_path / "raw", Net(level="hash", off=off))
    assert padiff("compare", base, raw).status == status


def test_a_phase_of_which_nothing_was_compared_cannot_be_judged(base: Path, raw: Path) -> None:
    done = padiff("compare", base, raw, "--depth", 0, "-q")
    assert done == (
        2,
        "Not complete: all that was compared agrees, but not compared was: backward, update\n",
        "",
    )
    assert padiff("compare", base, raw, "--depth", 0, "--phase", "forward").status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rtol", "-1"), "rtol is no tolerance.\n  got:      -1.0\n"),
        (("--atol", "nan"), "atol is no tolerance.\n  got:      nan\n"),
        (("--ignore", "tail"), "ignore= names what is in neither model.\n  got:      tail\n"),
        (("--depth", "-1"), "Invalid value for '--depth'"),
        (("--mode", "means"), "Invalid value for '--mode'"),
        (("--phase", "backward"), "Invalid value for '--phase'"),
        (("--rtol", "much"), "Invalid value for '--rtol'"),
        (("--speed", "1"), "No such option: --speed"),
        (("third",), "Got unexpected extra argument"),
    ],
)
def test_what_was_asked_wrongly_cannot_be_judged(
    base: Path, raw: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = padiff("compare", base, raw, *arguments)
    assert (done.status, done.out) == (2, "")
    assert message in done.err


def test_the_names_of_options_are_those_of_the_package() -> None:
    assert [each.value for each in ModeName] == list(get_args(Mode))
    assert [each.value for each in LanguageName] == list(get_args(Language))
    assert {each.value for each in PhaseName} == {*get_args(DiffPhase)} - {"backward"}
