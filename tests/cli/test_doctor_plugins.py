"""What `padiff doctor` says of the installed plugins."""

from __future__ import annotations

from pathlib import Path

import pytest

from padiff.adapters import ADAPTER_GROUP, INIT_GROUP
from padiff.cli.diagnosis.checks import Framework
from padiff.cli.diagnosis.finding import Finding
from padiff.cli.diagnosis.plugins import frameworks, plugin_findings
from tests.reference.installed import Install

from .running import padiff


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No plugin is installed, of any group."""
    monkeypatch.setattr("padiff.adapters.entry_points", lambda **_: ())


@pytest.mark.usefixtures("alone")
def test_no_adapter_is_worth_knowing() -> None:
    assert plugin_findings() == (
        [
            Finding(
                "adapter",
                "none",
                "note",
                "traces can be shown and compared; to record or run models: python -m pip install"
                " padiff-torch padiff-paddle",
            )
        ],
        [],
    )
    assert frameworks([]) == {
        "torch": Framework("torch", "torch"),
        "paddle": Framework("paddle", "paddle"),
    }


def test_an_adapter_is_named_with_its_framework(install: Install) -> None:
    install("padiff-reference", ADAPTER_GROUP, reference="tests.reference.adapter:PLUGIN")
    findings, loaded = plugin_findings()
    assert Finding("adapter", "padiff-reference 1.0, for reference") in findings
    assert frameworks(loaded)["reference"] == Framework(
        "reference", "tests", "", "padiff-reference"
    )


def test_a_broken_adapter_does_not_hide_the_others(install: Install) -> None:
    install("padiff-reference", ADAPTER_GROUP, reference="tests.reference.adapter:PLUGIN")
    install("padiff-ruined", ADAPTER_GROUP, a_ruin="nowhere.at.all:PLUGIN")
    done = padiff("doctor")
    assert done.status == 1
    assert "padiff-reference 1.0, for reference" in done.out
    shown = " ".join(done.out.split())
    assert (
        "wrong adapter padiff-ruined: nowhere.at.all:PLUGIN A plugin could not be loaded."
        " ModuleNotFoundError: No module named 'nowhere'"
        " (repair or uninstall the package that declares it)"
    ) in shown
    assert shown.endswith("1 thing wrong.")


def test_two_adapters_of_one_framework_are_wrong(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (
        "from padiff.adapters import Plugin\n"
        "PLUGIN = Plugin('reference', 'x', 'padiff-other', lambda: None, lambda _: None)\n"
    )
    (tmp_path / "other_plugin.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    install("padiff-reference", ADAPTER_GROUP, reference="tests.reference.adapter:PLUGIN")
    install("padiff-other", ADAPTER_GROUP, other="other_plugin:PLUGIN")
    findings, _ = plugin_findings()
    assert (
        Finding(
            "adapter",
            "padiff-other and padiff-reference",
            "wrong",
            "Two installed packages adapt reference. uninstall one of them",
        )
        in findings
    )


def test_an_adapter_of_ours_in_another_version_is_wrong(install: Install) -> None:
    install("padiff-torch-old", ADAPTER_GROUP, torch="tests.cli.plugins:OURS")
    findings, _ = plugin_findings()
    [found] = [each for each in findings if each.found == "padiff-torch-old 1.0, for torch"]
    assert found.state == "wrong"
    assert found.remark == ("it comes in the version of padiff, which is 0.1.0: install both anew")


def test_init_functions_of_others_are_listed_and_not_loaded(install: Install) -> None:
    install("padiff-more", INIT_GROUP, more="nowhere.at.all")
    findings, _ = plugin_findings()
    assert findings[-1] == Finding(
        "init functions", "nowhere.at.all (padiff-more)", remark="not loaded here"
    )
