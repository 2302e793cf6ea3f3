"""Unregistering returns the entry; what is not there is an error that shows what is close to it."""

from __future__ import annotations

import pytest

from padiff import Registry
from padiff.errors import NotRegisteredError

from .functions import first
from .layouts import AS_IT_IS

PAIR = (("torch", "LSTM"), ("paddle", "LSTM"))


def test_the_entry_of_an_init_function_comes_back() -> None:
    registry = Registry()
    entry = registry.register_init(*PAIR, first)
    assert registry.unregister_init(*PAIR) is entry
    assert not registry.inits


def test_the_entry_of_a_layout_comes_back() -> None:
    registry = Registry()
    entry = registry.register_layout("torch", "Linear", AS_IT_IS)
    assert registry.unregister_layout("torch", "Linear") is entry
    assert not registry.layouts


def test_a_key_is_free_afterwards() -> None:
    registry = Registry()
    registry.register_init(*PAIR, first)
    registry.register_init(*PAIR, registry.unregister_init(*PAIR).func)
    assert len(registry.inits) == 1


def test_a_near_miss_is_shown() -> None:
    registry = Registry()
    registry.register_init(("torch", "BatchNorm2d"), ("paddle", "BatchNorm2D"), first)
    registry.register_init(*PAIR, first)
    with pytest.raises(NotRegisteredError) as caught:
        registry.unregister_init(("torch", "BatchNorm2D"), ("paddle", "BatchNorm2D"))
    assert str(caught.value).splitlines() == [
        "There is no init function under this key.",
        "  where:    torch BatchNorm2D -> paddle BatchNorm2D",
        "  hint:     close to it: torch BatchNorm2d -> paddle BatchNorm2D, torch LSTM -> paddle LSTM",
    ]


def test_the_other_direction_is_not_there_either() -> None:
    registry = Registry()
    registry.register_init(*PAIR, first)
    with pytest.raises(NotRegisteredError, match="torch LSTM -> paddle LSTM"):
        registry.unregister_init(*PAIR[::-1])
    assert len(registry.inits) == 1


def test_where_nothing_is_near_it_says_so() -> None:
    with pytest.raises(NotRegisteredError) as caught:
        Registry().unregister_layout("torch", "Linear")
    assert str(caught.value).splitlines() == [
        "There is no layout under this key.",
        "  where:    torch Linear",
        "  hint:     nothing is registered near it",
    ]
