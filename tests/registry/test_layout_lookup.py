"""A layout is found by the names of a class, the most specific first."""

from __future__ import annotations

from padiff import Registry
from tests.reference import Linear
from tests.reference.handle import ReferenceHandle

from .layouts import AS_IT_IS, TURNED


class Special(Linear):
    """A subclass nobody registered."""


NAMES = ReferenceHandle.root(Special(2, 3)).class_names


def found(registry: Registry) -> str | None:
    entry = registry.find_layout("reference", NAMES)
    return entry.key.class_name if entry else None


def test_the_names_of_a_class_are_dotted_before_bare_and_specific_before_general() -> None:
    assert NAMES == (
        "tests.registry.test_layout_lookup.Special",
        "Special",
        "tests.reference.layers.Linear",
        "Linear",
    )


def test_a_bare_name_is_found() -> None:
    registry = Registry()
    registry.register_layout("reference", "Special", AS_IT_IS)
    assert found(registry) == "Special"


def test_a_dotted_name_is_found() -> None:
    registry = Registry()
    registry.register_layout("reference", "tests.reference.layers.Linear", AS_IT_IS)
    assert found(registry) == "tests.reference.layers.Linear"


def test_a_dotted_name_comes_before_the_bare_one() -> None:
    registry = Registry()
    registry.register_layout("reference", "Linear", AS_IT_IS)
    registry.register_layout("reference", "tests.reference.layers.Linear", TURNED)
    assert found(registry) == "tests.reference.layers.Linear"


def test_a_class_comes_before_its_base_class() -> None:
    registry = Registry()
    registry.register_layout("reference", "tests.reference.layers.Linear", AS_IT_IS)
    registry.register_layout("reference", "Special", TURNED)
    assert found(registry) == "Special"


def test_another_framework_of_the_same_class_name_is_another_key() -> None:
    registry = Registry()
    registry.register_layout("torch", "Linear", AS_IT_IS)
    assert found(registry) is None


def test_nothing_is_found_in_an_empty_registry() -> None:
    assert found(Registry()) is None
