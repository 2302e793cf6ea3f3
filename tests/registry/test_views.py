"""The registry's mappings can be read, and show what is registered later; they cannot be written."""

from __future__ import annotations

from typing import Any

import pytest

from padiff import Registry

from .functions import first
from .layouts import AS_IT_IS

PAIR = (("torch", "LSTM"), ("paddle", "LSTM"))


def test_they_cannot_be_written() -> None:
    registry = Registry()
    layouts: Any = registry.layouts
    inits: Any = registry.inits
    with pytest.raises(TypeError):
        layouts["torch", "Linear"] = AS_IT_IS
    with pytest.raises(TypeError):
        inits[PAIR] = first


def test_they_show_what_is_registered_later() -> None:
    registry = Registry()
    layouts, inits = registry.layouts, registry.inits
    registry.register_layout("torch", "Linear", AS_IT_IS)
    registry.register_init(*PAIR, first)
    assert [str(key) for key in layouts] == ["torch Linear"]
    assert [str(key) for key in inits] == ["torch LSTM -> paddle LSTM"]


def test_a_plain_tuple_finds_an_entry() -> None:
    registry = Registry()
    registry.register_init(*PAIR, first)
    inits: Any = registry.inits
    assert inits[PAIR].func is first


def test_an_entry_cannot_be_changed() -> None:
    entry: Any = Registry().register_init(*PAIR, first)
    with pytest.raises(AttributeError):
        entry.func = None
