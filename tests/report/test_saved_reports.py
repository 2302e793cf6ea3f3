"""A saved report is read back as it was, or refused with the place that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from padiff.compare.tolerance import Tolerance
from padiff.errors import FileError, SavedReportError
from padiff.report import load_report
from padiff.report.alignment import AlignmentReport
from padiff.report.modules import ModuleRow
from padiff.report.saved import parse_report
from padiff.report.units import TensorResult

from . import build, cases
from .build import finding, origin, report, tensor, unit


def everything() -> AlignmentReport:
    """A small report with a value in every place that is empty as a rule."""
    odd = replace(
        tensor("output", 0.5, floor=replace(build.floor(2.0**-20), scale=0.5), note="converted"),
        base_path="fc",
        raw_path="head",
        default=Tolerance(1e-5, 1e-6),
        is_weight=True,
    )
    at = unit("fc", odd, raw_path="head", classes=("Linear", "Affine"), is_origin=True, call=1)
    found = replace(
        finding("fc", base_canonical=(1, (2.5, None)), raw_canonical=True, below=True),
        base="1e-05",
        raw="0.01",
    )
    return replace(
        report(
            [replace(at, leaf=False, fed=True)],
            [origin(at, findings=[found], between=("a", "b"))],
            losses=[(0.5, float("nan"))],
            notes=["café"],
            findings=[found],
        ),
        base_modules=(ModuleRow("fc", "Linear", "linear", "head", "path"),),
        raw_modules=(ModuleRow("head", "Affine", "linear", "fc", "path"),),
        single_step=True,
        level="statistics",
        unrun=("backward",),
    )


def through_json(found: AlignmentReport) -> AlignmentReport:
    return AlignmentReport.from_dict(json.loads(found.to_json()))


@pytest.mark.parametrize("case", [*cases.CASES, everything])
def test_a_report_survives_saving(case: Callable[[], AlignmentReport], tmp_path: Path) -> None:
    before = case()
    before.save(tmp_path / "report.json")
    after = load_report(tmp_path / "report.json")
    assert repr(after) == repr(before)
    assert repr(after.units) == repr(before.units)
    assert after.to_dict() == before.to_dict()
    assert (bool(after), str(after)) == (bool(before), str(before))


def test_what_was_one_object_is_one_again() -> None:
    after = through_json(everything())
    assert after.origins[0].metrics is after.units[0].produced[0].measured
    assert after.origins[0].findings[0] is after.findings[0]


def test_an_origins_metrics_are_those_of_its_own_step() -> None:
    first, second = (unit("fc", tensor("output", 0.5), step=step) for step in range(2))
    after = through_json(report([first, second], [origin(second)], steps=2))
    assert after.origins[0].metrics is after.units[1].produced[0].measured


def test_canonical_values_are_tuples_again() -> None:
    [found] = through_json(everything()).findings
    assert (found.base_canonical, found.raw_canonical) == ((1, (2.5, None)), True)


def test_numbers_json_has_not() -> None:
    infinite = finding("fc", base_canonical=(float("inf"), float("nan")))
    before = report([unit("fc", tensor("output"))], losses=[(float("inf"), 1)], findings=[infinite])
    after = through_json(before)
    assert after.losses == ((float("inf"), 1),)
    assert after.findings[0].base_canonical == ("inf", "nan")


def test_the_header_comes_first() -> None:
    assert list(cases.aligned().to_dict())[:3] == ["format", "version", "aligned"]
    assert cases.aligned().to_json().startswith('{\n "format": "padiff-report",\n "version": 1,\n')


def saved() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(everything().to_json())
    return found


def refused(data: Any) -> SavedReportError:
    with pytest.raises(SavedReportError) as caught:
        AlignmentReport.from_dict(data)
    return caught.value


@pytest.mark.parametrize(
    ("data", "got"),
    [
        (None, "'NoneType'"),
        ([], "'list'"),
        ("padiff-report", "'str'"),
        ({}, "None"),
        ({"format": "padiff-trace"}, "'padiff-trace'"),
    ],
)
def test_something_else(data: Any, got: str) -> None:
    assert str(refused(data)) == (
        "This is no saved report.\n"
        "  where:    $\n"
        f"  got:      format {got}\n"
        "  expected: 'padiff-report'"
    )


@pytest.mark.parametrize("version", [0, 2, "1", True, None, 1.0])
def test_another_version(version: Any) -> None:
    assert str(refused({**saved(), "version": version})) == (
        "The report was saved in another version of the format.\n"
        "  where:    $\n"
        f"  got:      version {version!r}\n"
        "  expected: version 1\n"
        "  hint:     use the padiff that saved it, or compare the models again"
    )


WRONG: list[tuple[tuple[Any, ...], Any, str, str]] = [
    (("steps",), -1, "$.steps", "a whole number >= 0"),
    (("single_step",), 1, "$.single_step", "true or false"),
    (("level",), "ful", "$.level", "'full' or 'statistics' or 'hash'"),
    (("unrun", 0), 1, "$.unrun[0]", "a string"),
    (("notes",), "none", "$.notes", "a list"),
    (("losses", 0), [1], "$.losses[0]", "a list of two"),
    (("units", 0, "phase"), "forwards", "$.units[0].phase", "'forward' or 'backward' or"),
    (("units", 0, "depth"), None, "$.units[0].depth", "a whole number >= 0"),
    (("units", 0, "produced", 0, "verdict"), "good", "$.units[0].produced[0].verdict", "'wrong'"),
    (
        ("units", 0, "produced", 0, "measured", "shape"),
        [2, 4.5],
        "$.units[0].produced[0].measured.shape[1]",
        "a whole number >= 0",
    ),
    (("units", 0, "produced", 0, "floor", "rms"), -1, "$.units[0].produced[0].floor.rms", ">= 0"),
    (("units", 0, "produced", 0, "default"), {}, "$.units[0].produced[0].default", "'atol'"),
    (("origins", 0, "metrics"), 1, "$.origins[0].metrics", "an object"),
    (("origins", 0, "verdict"), None, "$.origins[0].verdict", "'identical' or"),
    (("origins", 0, "hints"), [{}], "$.origins[0].hints[0]", "the key 'kind'"),
    (("origins", 0, "between"), ["a"], "$.origins[0].between", "a list of two"),
    (("findings", 0, "severity"), "fatal", "$.findings[0].severity", "'error' or 'warning'"),
    (("findings", 0, "raw_canonical"), {}, "$.findings[0].raw_canonical", "a string"),
    (("base_modules", 0, "partner"), 1, "$.base_modules[0].partner", "a string"),
    (("raw_modules", 0, "by"), "name", "$.raw_modules[0].by", "'layer_map' or"),
]


@pytest.mark.parametrize(
    ("place", "value", "where", "expected"), WRONG, ids=[case[2] for case in WRONG]
)
def test_a_value_that_was_never_written(
    place: tuple[Any, ...], value: Any, where: str, expected: str
) -> None:
    data = saved()
    at: Any = data
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    error = refused(data)
    assert error.what == "The saved report is damaged."
    assert error.where == where
    assert expected in error.expected


def test_missing_and_unknown_keys() -> None:
    data = saved()
    del data["units"][0]["leaf"]
    assert refused(data).expected == "the key 'leaf'"
    data = saved()
    data["units"][0]["leave"] = True
    assert str(refused(data)).endswith("  hint:     did you mean 'leaf'?")


def test_the_outcome_is_what_the_verdicts_say() -> None:
    assert str(refused({**saved(), "aligned": True})) == (
        "The saved report is damaged.\n"
        "  where:    $.aligned\n"
        "  got:      True\n"
        "  expected: false, which is what the verdicts say"
    )
    data = saved()
    data["units"][0]["agrees"] = True
    assert refused(data).where == "$.units[0].agrees"
    data = saved()
    data["units"][0]["produced"][0]["verdict"] = "within"
    assert refused(data).where == "$.units[0].agrees"
    good = json.loads(cases.aligned().to_json())
    assert refused({**good, "unrun": ["backward"]}).where == "$.aligned"


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ('{"a": 1,}', "line 1 column 9"),
        ('{"a": NaN}', "NaN is no number of JSON's"),
        ('{"a": {"c": 1, "b": 1, "b": 1}}', "the key 'b' comes twice in one object"),
        ('{"a": ' + "9" * 5000 + "}", "Exceeds the limit"),
        ("[" * 100_000, "recursion"),
        ('"\xe9"', "codec can't decode"),
    ],
)
def test_files_that_are_not_json(text: str, got: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SavedReportError) as caught:
        load_report(path)
    assert caught.value.what == "The file is no saved report: it is not JSON."
    assert caught.value.where == str(path)
    assert got in caught.value.got


def test_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**saved(), "steps": -1}), "utf-8")
    with pytest.raises(SavedReportError) as caught:
        load_report(path)
    assert caught.value.where == f"{path}: $.steps"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        load_report(tmp_path / "report.json")
    assert str(caught.value) == (
        "A file could not be read.\n"
        f"  where:    {tmp_path / 'report.json'}\n"
        "  got:      No such file or directory"
    )


def test_a_report_that_cannot_be_saved_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    cases.aligned().save(path)
    broken = replace(cases.aligned(), notes=(object(),))  # type: ignore[arg-type]  # what is broken
    with pytest.raises(TypeError):
        broken.save(path)
    assert load_report(path) == cases.aligned()
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


def small() -> AlignmentReport:
    bad = unit("fc", replace(tensor("output", 0.5), default=Tolerance(0, 1e-6)), is_origin=True)
    good = unit("act", tensor("output", 0.0))
    return report([good, bad], [origin(bad, findings=[finding("fc")])], notes=["a note"])


@pytest.mark.parametrize("turn", [0, 5])
@pytest.mark.parametrize("case", [small, cases.by_mean])
def test_one_damaged_byte(case: Callable[[], AlignmentReport], turn: int) -> None:
    before = case()
    data = before.to_json().encode()
    kept = 0
    for i in range(len(data)):
        try:
            after = parse_report(data[:i] + damaged(data[i], i + turn) + data[i + 1 :], "x")
        except SavedReportError:
            continue
        kept += 1
        assert bool(after) is bool(before)
        assert verdicts(after) == verdicts(before)
        assert str(after)
        assert after.to_json()
    assert 0.1 < kept / len(data) < 0.6  # spaces, digits, letters of free text


def damaged(byte: int, turn: int) -> bytes:
    changes = [
        b"",
        b"9",
        b'"',
        b" ",
        b"\xff",
        b"-",
        b"e",
        b"}",
        bytes([byte ^ 1]),
        bytes([byte ^ 16]),
    ]
    return changes[turn % len(changes)]


def verdicts(found: AlignmentReport) -> list[object]:
    every: list[TensorResult] = [t for u in found.units for t in (*u.received, *u.produced)]
    return [tensor.verdict for tensor in every]
