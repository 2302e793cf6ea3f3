"""A key that is taken is refused, both owners are named, and `replace` is the way around."""

from __future__ import annotations

import pytest

from padiff import Registry
from padiff.errors import RegistrationError

from .functions import Callable, first, second
from .layouts import AS_IT_IS, CONTAINER, TURNED

PAIR = (("torch", "LSTM"), ("paddle", "LSTM"))


def test_a_second_init_function_is_refused_and_both_are_named() -> None:
    registry = Registry()
    registry.register_init(*PAIR, first)
    with pytest.raises(RegistrationError) as caught:
        registry.register_init(*PAIR, second)
    assert str(caught.value).splitlines() == [
        "This key is registered already.",
        "  where:    torch LSTM -> paddle LSTM",
        "  got:      tests.registry.functions.second",
        "  expected: a free key; it is held by tests.registry.functions.first",
        "  hint:     pass replace=True to take its place, or unregister it first",
    ]


def test_a_second_layout_is_refused_and_both_are_named() -> None:
    registry = Registry()
    registry.register_layout("torch", "torch.nn.Linear", AS_IT_IS)
    with pytest.raises(RegistrationError) as caught:
        registry.register_layout("torch", "torch.nn.Linear", TURNED)
    assert str(caught.value).splitlines() == [
        "This key is registered already.",
        "  where:    torch torch.nn.Linear",
        "  got:      tests.registry.layouts.turned",
        "  expected: a free key; it is held by tests.registry.layouts.as_it_is",
        "  hint:     pass replace=True to take its place, or unregister it first",
    ]


def test_a_container_and_an_object_are_named_too() -> None:
    registry = Registry()
    registry.register_layout("torch", "Block", CONTAINER)
    with pytest.raises(RegistrationError, match="it is held by a container layout"):
        registry.register_layout("torch", "Block", AS_IT_IS)
    registry.register_init(*PAIR, Callable())
    with pytest.raises(RegistrationError, match=r"held by tests\.registry\.functions\.Callable"):
        registry.register_init(*PAIR, first)


def test_the_very_same_function_is_refused_too() -> None:
    registry = Registry()
    registry.register_init(*PAIR, first)
    with pytest.raises(RegistrationError, match="This key is registered already"):
        registry.register_init(*PAIR, first)


def test_replace_takes_the_place() -> None:
    registry = Registry()
    registry.register_init(*PAIR, first)
    registry.register_init(*PAIR, second, replace=True)
    assert [entry.func for entry in registry.inits.values()] == [second]
    registry.register_layout("torch", "Linear", AS_IT_IS)
    registry.register_layout("torch", "Linear", TURNED, replace=True)
    assert [entry.layout for entry in registry.layouts.values()] == [TURNED]


def test_replace_needs_nothing_to_replace() -> None:
    registry = Registry()
    assert registry.register_init(*PAIR, first, replace=True).func is first


def test_a_bare_and_a_dotted_name_of_one_class_are_two_keys() -> None:
    registry = Registry()
    registry.register_layout("torch", "Linear", AS_IT_IS)
    registry.register_layout("torch", "torch.nn.Linear", TURNED)
    assert len(registry.layouts) == 2
