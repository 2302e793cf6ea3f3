"""What the summary needs is in the reports of tests, as pytest-xdist sends them between processes."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from .conftest import Run, section

# Every report is taken to pieces that JSON can hold, and put together anew, before a plugin sees it.
SENT = """
import json
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    hook = item.config.hook
    sent = hook.pytest_report_to_serializable(config=item.config, report=report)
    data = json.loads(json.dumps(sent))
    return hook.pytest_report_from_serializable(config=item.config, data=data)
"""

TESTS = (
    "def test_good(aligned): aligned(cases.aligned, None)\n"
    "def test_norm(aligned): aligned(cases.forward, None)\n"
)


def test_the_summary_is_the_same_of_reports_that_were_sent(
    canned: Run, pytester: pytest.Pytester
) -> None:
    here = section(canned(TESTS))
    pytester.makeconftest(SENT)
    assert section(canned(TESTS)) == here != ""


def test_junit_gets_each_outcome_as_a_property(canned: Run, pytester: pytest.Pytester) -> None:
    canned(TESTS, "--junit-xml=out.xml")
    cases = ET.parse(pytester.path / "out.xml").getroot().iter("testcase")
    found = {case.get("name"): case.findall("properties/property") for case in cases}
    assert {name: [p.get("name") for p in found[name]] for name in found} == {
        "test_good": ["padiff"],
        "test_norm": ["padiff"],
    }
    assert json.loads(found["test_good"][0].get("value", "")) == {
        "status": "aligned",
        "pair": "Net (torch), PaddleNet (paddle)",
        "lines": [],
    }
    assert json.loads(found["test_norm"][0].get("value", ""))["status"] == "apart"
