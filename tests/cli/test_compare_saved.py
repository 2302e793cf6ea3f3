"""`padiff compare SAVED`: a comparison that was saved is judged again, without its traces."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from padiff.report import load_report

from .running import padiff
from .traces import Net, write_trace


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Of two traces that part by a half, and are gone."""
    sides = [write_trace(tmp_path / str(off), Net(off=off)) for off in (0, 0.5)]
    path = tmp_path / "saved.json"
    assert padiff("compare", *sides, "--json", path, "-q").status == 1
    for side in sides:
        shutil.rmtree(side)
    return path


def test_without_tolerances_it_is_what_it_was(saved: Path) -> None:
    done = padiff("compare", saved, "-q")
    assert done == (1, "Not aligned: they part in forward at head, call 0\n", "")


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("--atol", 1), 0),
        (("--atol", 0.4), 1),
        (("--rtol", 1), 0),
        (("--atol", 0, "--rtol", 0.25), 1),
        (("--atol", 0, "--rtol", 0.25, "--mode", "mean"), 0),
        (("--mode", "strict"), 1),
    ],
)
def test_other_tolerances_may_allow_the_difference(
    saved: Path, options: tuple[Any, ...], status: int
) -> None:
    assert padiff("compare", saved, *options).status == status


def test_what_was_never_compared_is_not_judged(tmp_path: Path) -> None:
    nets = Net(backward=True), Net(backward=True, off=0.5)
    sides = [write_trace(tmp_path / str(net.off), net) for net in nets]
    padiff("compare", *sides, "--json", tmp_path / "saved.json")
    done = padiff("compare", tmp_path / "saved.json", "--atol", 1, "-q")
    assert done == (
        2,
        "Not complete: all that was compared agrees, but not compared was: backward\n",
        "",
    )


def test_rules_are_read_from_a_file(tmp_path: Path, saved: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\npattern = "*"\natol = 1\n')
    assert padiff("compare", saved, "--tolerance-file", rules).status == 0


def test_all_files_can_be_written_of_it(tmp_path: Path, saved: Path) -> None:
    files = {name: tmp_path / f"o.{name}" for name in ("html", "markdown", "junit", "json")}
    options = [part for name, path in files.items() for part in (f"--{name}", path)]
    assert padiff("compare", saved, "--atol", 1, *options).status == 0
    assert all(path.is_file() for path in files.values())
    assert bool(load_report(files["json"]))
    assert padiff("compare", files["json"], "--atol", 0.1).status == 1


def test_files_that_cannot_be_written_are_noticed_before_it_is_judged(
    tmp_path: Path, saved: Path
) -> None:
    done = padiff("compare", saved, "--html", tmp_path / "o.html", "--json", tmp_path / "no" / "o")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("The folder for a file is not there.\n")
    assert not (tmp_path / "o.html").exists()


def test_rules_that_cannot_be_read_are_noticed_before_it_is_judged(
    tmp_path: Path, saved: Path
) -> None:
    done = padiff("compare", saved, "--tolerance-file", tmp_path / "no.toml")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("A file could not be read.\n")


def test_full_is_a_line_for_every_layer(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("padiff.report.outline._SOME", 1)
    told = [padiff("compare", saved, "--atol", 1, *more).out for more in ((), ("--full",))]
    assert [text.count("(Linear)") for text in told] == [0, 2]


@pytest.mark.parametrize(
    ("options", "got"),
    [
        (("--phase", "forward"), "phase"),
        (("--depth", 0, "--ignore", "fc"), "depth, ignore"),
        (("--map", "map.toml"), "map"),
    ],
)
def test_what_only_traces_can_answer_is_refused(
    saved: Path, options: tuple[Any, ...], got: str
) -> None:
    done = padiff("compare", saved, *options)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "A saved comparison can only be judged again.\n"
        f"  where:    {saved}\n"
        f"  got:      {got}\n"
        "  expected: options that say what is allowed, or what is written\n"
        "  hint:     compare the two traces\n"
    )


def test_no_layer_map_can_be_written_of_it(tmp_path: Path, saved: Path) -> None:
    done = padiff("compare", saved, "--write-map", tmp_path / "map.toml")
    assert (done.status, done.out) == (2, "")
    assert not (tmp_path / "map.toml").exists()


def test_one_trace_is_no_comparison(tmp_path: Path) -> None:
    trace = write_trace(tmp_path / "trace")
    done = padiff("compare", trace)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "Only one side was named.\n"
        f"  got:      the folder {trace}\n"
        "  expected: two traces, base's and raw's, or one saved report\n"
    )


def test_a_file_that_is_none_cannot_be_judged(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    assert padiff("compare", tmp_path / "a.json").status == 2
    assert padiff("compare", tmp_path / "nowhere.json").status == 2
