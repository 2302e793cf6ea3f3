from __future__ import annotations

import pytest

from tests.packaging.distributions import DISTRIBUTIONS, Built, build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """The wheel and the sdist of each distribution, by its name."""
    return {d.name: build(d.folder, tmp_path_factory.mktemp(d.name)) for d in DISTRIBUTIONS}
