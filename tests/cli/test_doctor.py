"""`padiff doctor`."""

from __future__ import annotations

import pytest

from padiff.cli.diagnosis.environment import Environment, Installed
from padiff.cli.diagnosis.finding import Finding

from .running import padiff

SETUPTOOLS = (Installed("setuptools", "80.0"),)


def test_nothing_wrong_is_said_and_is_status_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("padiff.cli.doctor.plugin_findings", lambda: ([], []))
    monkeypatch.setattr(
        "padiff.cli.doctor.read_environment",
        lambda packages: Environment(
            dict.fromkeys(packages, ()), "0.1.0", (3, 11, 7), "Linux-6", "2.4"
        ),
    )
    done = padiff("doctor")
    assert (done.status, done.err) == (0, "")
    assert done.lines == [
        "ok    padiff  0.1.0",
        "ok    Python  3.11.7, Linux-6",
        "ok    NumPy   2.4",
        "note  torch   not installed",
        "note  paddle  not installed",
        "Nothing is wrong.",
    ]


def test_imports_are_tried_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("padiff.cli.doctor.plugin_findings", lambda: ([], []))
    monkeypatch.setattr(
        "padiff.cli.doctor.read_environment",
        lambda packages: Environment({**dict.fromkeys(packages, ()), "paddle": SETUPTOOLS}),
    )
    tried: list[str] = []

    def fails(found: list[str]) -> list[Finding]:
        tried.extend(found)
        return [Finding("import paddle", "fails", "wrong")]

    monkeypatch.setattr("padiff.cli.doctor.import_findings", fails)
    assert padiff("doctor", "--import").status == 1
    assert tried == ["paddle"]
