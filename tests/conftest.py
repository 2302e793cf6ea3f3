"""What all tests share: readable failures of the contract suite, and deterministic properties."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("padiff.testing")
pytest_plugins = ["pytester", "tests.reference.installed"]

# The same examples in every run, and no clock: a slow machine sees what a fast one sees.
settings.register_profile(
    "deterministic",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deterministic")
