"""What the tests of commands that start others share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .aligning import recording
from .pipes import Pipe
from .traces import Net, write_trace


@pytest.fixture(scope="session")
def same(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Records a `Net`."""
    return recording(write_trace(tmp_path_factory.mktemp("recorded") / "same"))


@pytest.fixture(scope="session")
def off(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Records one that is off by a half."""
    return recording(write_trace(tmp_path_factory.mktemp("recorded") / "off", Net(off=0.5)))


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    """A pipe that a process can hold."""
    made = Pipe(tmp_path / "pipe")
    yield made
    made.close()
