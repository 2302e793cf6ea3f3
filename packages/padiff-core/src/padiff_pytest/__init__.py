"""The pytest plugin: the fixture `aligned`, and a summary of where models part.

    def test_port(aligned: Aligned) -> None:
        aligned(original, port, batch, init=True)

It is no part of the package `padiff`: pytest imports its plugins at every start, and this one is to
import no NumPy, and nothing of padiff, before a test asks for the fixture.
"""

from __future__ import annotations

import pytest

from padiff_pytest.files import SUFFIXES, Reports
from padiff_pytest.fixture import Aligned
from padiff_pytest.summary import Summary

__all__ = ["Aligned", "aligned", "pytest_addoption", "pytest_configure"]

_FOLDER = "--padiff-report"
_FORMAT = "--padiff-format"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's two options."""
    group = parser.getgroup("padiff")
    group.addoption(
        _FOLDER,
        metavar="DIR",
        help="write a report of each pair of models that is not aligned into this folder",
    )
    group.addoption(
        _FORMAT,
        action="append",
        choices=tuple(SUFFIXES),
        help="how these reports are written, markdown by default; repeat it for several files of each",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder for reports, and gather what the summary will say."""
    if reports := _reports(config):
        try:
            reports.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise pytest.UsageError(f"{_FOLDER}={reports.folder}: {error.strerror}") from error
    elif config.getoption(_FORMAT):
        raise pytest.UsageError(f"{_FORMAT} is given, and {_FOLDER}=DIR is not: nothing is written")
    config.pluginmanager.register(Summary(), "padiff-summary")


def _reports(config: pytest.Config) -> Reports | None:
    folder = config.getoption(_FOLDER)
    if not folder:
        return None
    formats = tuple(config.getoption(_FORMAT) or ["markdown"])
    return Reports(config.invocation_params.dir / folder, formats)


@pytest.fixture
def aligned(request: pytest.FixtureRequest) -> Aligned:
    """Compare two models, or two traces; the test fails, with the report, where they part."""
    return Aligned(request.node, _reports(request.config))
