from __future__ import annotations

import pytest

from padiff import Registry


@pytest.fixture
def default(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """An empty registry in the place of the default one."""
    registry = Registry()
    monkeypatch.setattr("padiff.defaults.registry", registry)
    return registry
