"""The report as JUnit XML, for build servers: a suite for each phase, a case for each layer's call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args
from xml.etree import ElementTree as ET

from padiff.report.account import account
from padiff.report.text import headline, origin_lines
from padiff.report.units import Phase
from padiff.report.wording import measured_summary

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport, Origin
    from padiff.report.units import UnitResult

__all__ = ["to_junit"]

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters XML 1.0 cannot hold, however they are written."""


def to_junit(report: AlignmentReport) -> str:
    """The report as XML.

    A layer whose produce differs is a failure, of type `origin` where the difference arises, and
    `inherited` where it came in. What was not compared (phases and steps after the first difference) is
    one case each, skipped. Times are not known and left out.
    """
    suites = ET.Element("testsuites", name=_clean(f"{report.base} and {report.raw}"))
    for phase in get_args(Phase):
        units = [unit for unit in report.units if unit.phase == phase]
        if units:
            _suite(suites, report, phase, units)
    if report.unrun:
        _unrun(suites, report)
    for name in ("tests", "failures", "skipped"):
        suites.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _suite(
    suites: ET.Element, report: AlignmentReport, phase: Phase, units: Sequence[UnitResult]
) -> None:
    suite = ET.SubElement(suites, "testsuite", name=phase)
    origins = {(o.base_path, o.step, o.call): o for o in report.origins if o.phase == phase}
    for unit in units:
        case = ET.SubElement(
            suite, "testcase", classname=_clean(_class(unit)), name=_clean(_name(unit))
        )
        origin = origins.get((unit.base_path, unit.step, unit.call)) if unit.is_origin else None
        if origin:
            _fail(case, "origin", headline(report), _told(report, origin))
        elif not unit.agrees:
            _fail(case, "inherited", _worst(unit), _worst(unit))
    suite.set("tests", str(len(units)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))


def _unrun(suites: ET.Element, report: AlignmentReport) -> None:
    suite = ET.SubElement(suites, "testsuite", name="not run")
    for what in report.unrun:
        case = ET.SubElement(suite, "testcase", classname="padiff", name=_clean(what))
        ET.SubElement(case, "skipped", message="something before it differs")
    suite.set("tests", str(len(report.unrun)))
    suite.set("skipped", str(len(report.unrun)))


def _class(unit: UnitResult) -> str:
    return f"{unit.base_class}.{unit.base_path or '(root)'}"


def _name(unit: UnitResult) -> str:
    paths = dict.fromkeys(path or "(root)" for path in (unit.base_path, unit.raw_path))
    return f"{' / '.join(paths)}, step {unit.step}, call {unit.call}"


def _fail(case: ET.Element, kind: str, message: str, text: str) -> None:
    failure = ET.SubElement(case, "failure", type=kind, message=_clean(message))
    failure.text = _clean(text)


def _told(report: AlignmentReport, origin: Origin) -> str:
    return "\n".join(origin_lines(account(report, origin)))


def _worst(unit: UnitResult) -> str:
    worst = unit.worst
    if worst is None or worst.measured is None:
        return worst.note if worst else ""
    return f"{worst.name}: {measured_summary(worst.measured)}"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
