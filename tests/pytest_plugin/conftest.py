"""Runs of pytest with the plugin, and with reports out of a drawer in place of models."""

from __future__ import annotations

from itertools import takewhile
from typing import Protocol

import pytest

# As the adapters below: a run would import it anew, and patch the one before.
import padiff.testing.aligned  # noqa: F401
from padiff import Registry
from padiff.adapters import load_inits, load_layouts

TITLE = "padiff: where models part"

CANNED = """
import pytest
from tests.report import cases

@pytest.fixture(autouse=True)
def canned(monkeypatch):
    # The report stands for base; nothing is run.
    canned = lambda base, raw, inputs, **options: base()
    monkeypatch.setattr("padiff.testing.aligned.align", canned)
"""


class Run(Protocol):
    """Runs pytest on a file `test_port.py` with this text."""

    def __call__(self, text: str, *arguments: str) -> pytest.RunResult: ...


@pytest.fixture(scope="session", autouse=True)
def _adapters_loaded() -> None:
    """Import the adapters before `pytester` notes which modules there are, and forgets all others later.

    Imported anew, they would register a second time with whoever knows the first.
    """
    Registry(load_layouts, load_inits).inits  # noqa: B018 - loads what is installed


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    # By name, whether or not the distribution with its entry point is the one under test.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(text: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_port=text)
        plugin = ("-p", "padiff_pytest", "-p", "no:cacheprovider")
        return pytester.runpytest_inprocess(*plugin, *arguments)

    return run


@pytest.fixture
def canned(run: Run) -> Run:
    def canned(text: str, *arguments: str) -> pytest.RunResult:
        return run(CANNED + text, *arguments)

    return canned


def section(result: pytest.RunResult) -> str:
    """The text below the plugin's headline, up to the next; empty without the headline."""
    below = "\n".join(result.outlines).partition(f" {TITLE} ")[2]
    return "\n".join(takewhile(lambda line: not line.startswith("==="), below.splitlines()[1:]))
