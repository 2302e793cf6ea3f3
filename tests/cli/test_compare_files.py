"""`padiff compare`: the files it reads rules and pairs from, and those it writes for people to edit."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from padiff.cli.comparing.outputs import Outputs

from .running import padiff
from .traces import Net, write_trace


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_trace(tmp_path / "base")


@pytest.fixture
def off(tmp_path: Path) -> Path:
    """Half is added to what head returns."""
    return write_trace(tmp_path / "off", Net(off=0.5))


def test_a_file_of_rules_allows_the_difference(base: Path, off: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\npattern = "head"\natol = 1\n[[rule]]\npattern = ""\natol = 1\n')
    assert padiff("compare", base, off, "--tolerance-file", rules).status == 0


def test_rules_do_not_stand_beside_numbers(base: Path, off: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    done = padiff("compare", base, off, "--tolerance-file", rules, "--atol", 1)
    assert done.status == 2
    assert done.err == (
        "A file of tolerances stands beside atol, rtol or mode.\n"
        f"  got:      {rules}\n  hint:     say all of it in the file\n"
    )


def test_a_map_pairs_what_has_other_names(base: Path, tmp_path: Path) -> None:
    raw = write_trace(tmp_path / "raw", Net(names=("a", "b", "c")))
    pairs = tmp_path / "map.toml"
    pairs.write_text('[[pair]]\nbase = "fc"\nraw = "a"\n[[pair]]\nbase = "head"\nraw = "c"\n')
    assert padiff("compare", base, raw, "--map", pairs).status == 0
    pairs.write_text('[[pair]]\nbase = "fc"\nraw = "d"\n')
    done = padiff("compare", base, raw, "--map", pairs)
    assert (done.status, done.err) == (
        2,
        "Entry 0 of Net's layer map is no path in this model.\n  got:      'd'\n",
    )


def test_the_map_is_written_to_be_edited(base: Path, off: Path, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    done = padiff("compare", base, off, "--write-map", path)
    assert (done.status, done.err) == (1, f"Wrote {path}.\n")
    assert done.lines[0].startswith("Not aligned: ")
    assert '[[pair]]  # by path, Linear (linear)\nbase = "fc"\nraw = "fc"\n' in path.read_text()
    assert padiff("compare", base, off, "--map", path).status == 1


def test_quiet_is_quiet_about_files(base: Path, off: Path, tmp_path: Path) -> None:
    files = "--write-map", tmp_path / "map.toml", "--write-tolerances", tmp_path / "rules.toml"
    done = padiff("compare", base, off, *files, "--quiet")
    assert (done.err, [path.is_file() for path in files[1::2]]) == ("", [True, True])


def test_what_cannot_be_paired_is_written_to_be_paired(base: Path, tmp_path: Path) -> None:
    raw = write_trace(tmp_path / "raw", Net(names=("x", "y", "z"), kind="embedding"))
    path = tmp_path / "map.toml"
    done = padiff("compare", base, raw, "--write-map", path)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"Wrote {path}.\n")
    assert '# base = "fc"' in path.read_text()


@pytest.mark.parametrize("option", ["--write-map", "--write-tolerances"])
def test_an_edited_file_is_not_written_over(
    option: str, base: Path, off: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("# mine")
    done = padiff("compare", base, off, option, path)
    assert (done.status, done.out, path.read_text()) == (2, "", "# mine")
    assert done.err == (
        "A file is there already.\n"
        f"  where:    {path}\n  hint:     choose another name, or pass --force\n"
    )
    padiff("compare", base, off, option, path, "--force")
    assert path.read_text() != "# mine"


def test_tolerances_are_written_with_the_errors_seen(base: Path, off: Path, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    done = padiff("compare", base, off, "--write-tolerances", path)
    assert (done.status, done.err) == (1, f"Wrote {path}.\n")
    assert '#pattern = "head"  # largest error 0.5' in path.read_text()


def test_junit_names_the_layer_that_failed(base: Path, off: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.xml"
    assert padiff("compare", base, off, "--junit", path).status == 1
    failures = ET.parse(path).findall("testsuite/testcase/failure[@type='origin']/..")
    assert [case.get("name") for case in failures] == ["head, step 0, call 0"]


def test_what_is_to_be_looked_at_or_judged_later_is_measured_in_detail() -> None:
    assert Outputs(html=Path("o.html")).in_detail
    assert Outputs(json=Path("o.json")).in_detail
    assert not Outputs(markdown=Path("o.md"), junit=Path("o.xml")).in_detail
