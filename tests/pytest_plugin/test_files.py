"""`--padiff-report=DIR`, `--padiff-format=FORMAT`: the reports of pairs that part, as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from padiff_pytest.files import safe_name
from tests.report import cases

from .conftest import Run, section

NORM = "test_port.py-test_norm-ba94d54f"


def test_a_pair_that_parts_is_written_and_the_summary_says_where(
    canned: Run, pytester: pytest.Pytester
) -> None:
    result = canned(
        "def test_good(aligned): aligned(cases.aligned, None)\n"
        "def test_norm(aligned): aligned(cases.forward, None)\n",
        "--padiff-report=out/reports",
    )
    folder = pytester.path / "out" / "reports"
    assert [file.name for file in folder.iterdir()] == [f"{NORM}.md"]
    assert (folder / f"{NORM}.md").read_text("utf-8") == cases.forward().to_markdown() + "\n"
    assert section(result).splitlines()[-2:] == [
        f"  out/reports/{NORM}.md",
        "1 of 2 pairs aligned",
    ]


def test_the_second_pair_of_a_test_gets_a_file_of_its_own(canned: Run, tmp_path: Path) -> None:
    canned(
        "def test_norm(aligned):\n"
        "    for case in cases.forward, cases.glue:\n"
        "        with pytest.raises(AssertionError):\n"
        "            aligned(case, None)\n",
        f"--padiff-report={tmp_path / 'out'}",
    )
    written = {file.name: file.read_text("utf-8") for file in (tmp_path / "out").iterdir()}
    assert written == {
        f"{NORM}.md": cases.forward().to_markdown() + "\n",
        f"{NORM}-2.md": cases.glue().to_markdown() + "\n",
    }


def test_each_form_that_is_asked_for_is_a_file(canned: Run, pytester: pytest.Pytester) -> None:
    forms = [f"--padiff-format={form}" for form in ("json", "html", "markdown", "json")]
    result = canned(
        "def test_norm(aligned): aligned(cases.forward, None)", "--padiff-report=out", *forms
    )
    report = cases.forward()
    assert section(result).splitlines()[-4:-1] == [
        f"  out/{NORM}.{suffix}" for suffix in ("json", "html", "md")
    ]
    written = {file.name: file.read_text("utf-8") for file in (pytester.path / "out").iterdir()}
    assert written == {
        f"{NORM}.json": report.to_json(),
        f"{NORM}.html": report.to_html(),
        f"{NORM}.md": report.to_markdown() + "\n",
    }


def test_one_form_takes_the_place_of_the_default(canned: Run, tmp_path: Path) -> None:
    test = "def test_norm(aligned): aligned(cases.forward, None)"
    canned(test, f"--padiff-report={tmp_path / 'out'}", "--padiff-format=html")
    assert [file.name for file in (tmp_path / "out").iterdir()] == [f"{NORM}.html"]


def test_a_form_without_a_folder_stops_the_run(canned: Run) -> None:
    result = canned("def test_it(): pass", "--padiff-format=html")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines == [
        "ERROR: --padiff-format is given, and --padiff-report=DIR is not: nothing is written",
        "",
    ]


def test_a_form_that_there_is_not_stops_the_run(canned: Run) -> None:
    result = canned("def test_it(): pass", "--padiff-report=out", "--padiff-format=pdf")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "argument --padiff-format: invalid choice: 'pdf' (choose from" in "\n".join(
        result.errlines
    )


def test_a_report_that_cannot_be_written_fails_the_test_and_is_counted(
    canned: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    (folder / f"{NORM}.md").mkdir(parents=True)
    result = canned(
        "def test_norm(aligned): aligned(cases.forward, None)", f"--padiff-report={folder}"
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*FileError: A file would take the place of a folder."])
    assert section(result).splitlines()[0].startswith("test_port.py::test_norm: Net (torch)")
    assert section(result).splitlines()[-1] == "0 of 1 pair aligned"


def test_a_folder_elsewhere_is_named_in_full(canned: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = canned(
        "def test_norm(aligned): aligned(cases.forward, None)", f"--padiff-report={out}"
    )
    assert f"  {out / NORM}.md" in section(result).splitlines()


def test_without_pairs_that_part_the_folder_is_there_and_empty(canned: Run, tmp_path: Path) -> None:
    canned("def test_good(aligned): aligned(cases.aligned, None)", f"--padiff-report={tmp_path}/a")
    assert list((tmp_path / "a").iterdir()) == []


def test_without_the_option_nothing_is_written(canned: Run, pytester: pytest.Pytester) -> None:
    canned("def test_norm(aligned): aligned(cases.forward, None)")
    assert [p.name for p in pytester.path.iterdir() if p.name != "__pycache__"] == ["test_port.py"]


def test_a_folder_that_cannot_be_made_stops_the_run(canned: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    result = canned("def test_it(): pass", f"--padiff-report={tmp_path / 'taken'}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines == [f"ERROR: --padiff-report={tmp_path / 'taken'}: File exists", ""]


@pytest.mark.parametrize(
    ("test", "number", "expected"),
    [
        ("tests/a.py::test_b", 1, "tests-a.py-test_b-a2b356ca"),
        ("tests/a.py::test_b", 2, "tests-a.py-test_b-a2b356ca-2"),
        ("tests-a.py-test_b", 1, "tests-a.py-test_b-d2d407a0"),
        ("a.py::test[../../../etc/passwd]", 1, "a.py-test-..-..-..-etc-passwd-c678fdb1"),
        ("a.py::test[-\N{GREEK SMALL LETTER ALPHA}:*?]", 1, "a.py-test-e2e57ca3"),
        ("::", 1, "99584dc8"),
        ("a.py::test[" + "x" * 300 + "]", 1, "x" * 99 + "-7f588556"),
    ],
)
def test_a_file_name_is_plain_short_and_its_tests_own(
    test: str, number: int, expected: str
) -> None:
    assert safe_name(test, number) == expected
