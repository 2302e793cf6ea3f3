"""The report as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from . import cases
from .build import report, tensor, unit


def test_an_aligned_pair_has_no_failure() -> None:
    suites = ET.fromstring(cases.aligned().to_junit())
    assert suites.attrib == {
        "name": "Net and PaddleNet",
        "tests": "6",
        "failures": "0",
        "skipped": "0",
    }
    assert [(s.get("name"), s.get("tests")) for s in suites] == [
        ("forward", "3"),
        ("backward", "2"),
        ("update", "1"),
    ]


def test_an_origin_is_told_from_what_inherits_it() -> None:
    shown = report(
        [
            unit("fc", tensor("output", 0.25), is_origin=True),
            unit("head", tensor("output", 0.5)),
        ]
    )
    failures = ET.fromstring(shown.to_junit()).findall("testsuite/testcase/failure")
    assert [failure.get("type") for failure in failures] == ["inherited", "inherited"]
    assert failures[1].text is not None
    assert failures[1].text.startswith("output: ")


def test_an_origin_says_all_that_is_known_of_it() -> None:
    shown = cases.forward()
    suites = ET.fromstring(shown.to_junit())
    (failure,) = (f for f in suites.iter("failure") if f.get("type") == "origin")
    assert failure.get("message") == str(shown).splitlines()[0]
    assert failure.text is not None
    told = str(shown)
    assert all(line.strip() in told for line in failure.text.splitlines())


def test_what_never_ran_is_skipped() -> None:
    shown = report([unit("fc", tensor("output", 0.25))], unrun=("backward",))
    suites = ET.fromstring(shown.to_junit())
    assert suites.get("skipped") == "1"
    assert suites.find("testsuite[@name='not run']/testcase[@name='backward']/skipped") is not None


def test_hostile_names_stay_names() -> None:
    path = 'a<b>&"c"\x00\x1b]]>\ud800'
    suites = ET.fromstring(report([unit(path, tensor("output", 0.25))]).to_junit())
    (case,) = suites.iter("testcase")
    assert case.get("classname") == 'Linear.a<b>&"c"\ufffd\ufffd]]>\ufffd'
