"""The pytest plugin: the fixture `aligned`, and a summary of where models part.

    def test_port(aligned: Aligned) -> None:
        aligned(original, port, batch, init=True)

It is no part of the package `padiff`: pytest imports its plugins at every start, and this one is to
import no NumPy, and nothing of padiff, before a test asks for the fixture.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from padiff_pytest.fixture import Aligned
from padiff_pytest.summary import Summary

__all__ = ["Aligned", "aligned", "pytest_addoption", "pytest_configure"]

_OPTION = "--padiff-report"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's one option."""
    parser.getgroup("padiff").addoption(
        _OPTION,
        metavar="DIR",
        help="write a report of each pair of models that is not aligned into this folder",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder for reports, and gather what the summary will say."""
    if folder := _folder(config):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise pytest.UsageError(f"{_OPTION}={folder}: {error.strerror}") from error
    config.pluginmanager.register(Summary(), "padiff-summary")


def _folder(config: pytest.Config) -> Path | None:
    given = config.getoption(_OPTION)
    return config.invocation_params.dir / given if given else None


@pytest.fixture
def aligned(request: pytest.FixtureRequest) -> Aligned:
    """Compare two models, or two traces; the test fails, with the report, where they part."""
    return Aligned(request.node, _folder(request.config))
