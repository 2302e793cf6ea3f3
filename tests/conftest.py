"""What all tests share: readable failures of the contract suite, and deterministic properties."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("padiff.testing")
pytest_plugins = ["pytester", "tests.reference.installed"]

# The same examples in every run of one tree, and no clock: a slow machine sees what a fast one sees. (Hypothesis
# draws some numbers from those in the code, so a change anywhere may bring other examples.)
settings.register_profile(
    "deterministic",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
# Other examples in every run, for `hatch run fuzz`.
settings.register_profile(
    "fuzz", settings.get_profile("deterministic"), derandomize=False, max_examples=400
)
settings.load_profile("deterministic")
