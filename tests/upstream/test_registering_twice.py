"""PaDiff overwrote in silence what was registered before."""

from __future__ import annotations

from typing import Any

import pytest

import padiff
from padiff import Registry
from padiff.errors import RegistrationError


def first(base: Any, raw: Any) -> None: ...


def second(base: Any, raw: Any) -> None: ...


def test_the_second_function_is_refused_and_the_first_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry = Registry()
    monkeypatch.setattr("padiff.defaults.registry", registry)
    padiff.add_special_init("torch", "LSTM", "paddle", "LSTM", first)
    with pytest.raises(RegistrationError, match=r"held by .*test_registering_twice\.first"):
        padiff.add_special_init("torch", "LSTM", "paddle", "LSTM", second)
    assert [entry.func for entry in registry.inits.values()] == [first]
