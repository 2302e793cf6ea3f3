"""A copy has the same entries and goes its own way."""

from __future__ import annotations

from padiff import Registry

from .functions import first, second
from .layouts import AS_IT_IS

PAIR = (("torch", "LSTM"), ("paddle", "LSTM"))


def test_a_copy_has_the_same_entries() -> None:
    registry = Registry()
    registry.register_layout("torch", "Linear", AS_IT_IS)
    registry.register_init(*PAIR, first)
    copy = registry.copy()
    assert copy.layouts == registry.layouts
    assert copy.inits == registry.inits


def test_neither_sees_what_is_registered_in_the_other() -> None:
    registry = Registry()
    copy = registry.copy()
    copy.register_init(*PAIR, second)
    registry.register_layout("torch", "Linear", AS_IT_IS)
    assert not registry.inits
    assert not copy.layouts


def test_a_copy_of_an_unloaded_registry_is_loaded() -> None:
    def load(registry: Registry) -> None:
        registry.register_init(*PAIR, first)

    assert len(Registry(load).copy().inits) == 1
