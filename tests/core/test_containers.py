"""What modules keep in plain containers is found, told apart, and put back."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from typing import Any

import numpy as np
import pytest

from padiff.containers import by_name, items_inside, remember
from padiff.errors import UsageError
from tests.reference import Module, Parameter
from tests.reference.adapter import ReferenceAdapter


def test_names_are_keys_and_positions() -> None:
    attributes = {"a": [1, (2, {"x": 3})], "b": 4, "c": {"y": [5.0]}}
    assert items_inside(attributes, int, ()) == [("a.0", 1), ("a.1.0", 2), ("a.1.1.x", 3)]
    assert items_inside(attributes, float, ()) == [("c.y.0", 5.0)]


def test_what_is_known_is_passed_over() -> None:
    one, two = object(), object()
    assert items_inside({"a": [one, two]}, object, {id(one)}) == [("a.1", two)]


def test_two_tensors_under_one_name_are_refused_not_lost() -> None:
    module = Module()
    weight, other = Parameter(np.ones(2)), Parameter(np.zeros(2))
    vars(module)["scales"] = {1: weight, "1": other}
    with pytest.raises(UsageError) as caught:
        ReferenceAdapter().handle(module).state()
    assert str(caught.value).splitlines() == [
        "Two tensors of one module come under one name.",
        "  where:    scales.1",
        "  hint:     keep them under keys whose text differs, without dots",
    ]


def test_names_that_differ_are_kept_in_order() -> None:
    assert list(by_name([("b", 1), ("a", 2)]).items()) == [("b", 1), ("a", 2)]


class Holder:
    """Has attributes."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


CONTAINERS: dict[str, Any] = {
    "list": [1, 2],
    "dict": {"a": 1},
    "ordered dict": OrderedDict(b=1, a=2),
    "default dict": defaultdict(list, {"a": [1]}),
    "set": {1, 2},
    "nested": {"a": ([1], {2})},
}


def emptied(value: Any) -> None:
    """Clear a container and every container in it."""
    if isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            emptied(item)
    if isinstance(value, list | dict | set):
        value.clear()


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_a_container_gets_its_contents_back(container: Any) -> None:
    holder = Holder(kept=container)
    before = repr(container)
    restore = remember([holder])
    emptied(container)
    assert repr(container) != before
    restore()
    assert repr(container) == before
    assert vars(holder) == {"kept": container}


def test_attributes_that_were_set_changed_or_deleted_are_put_back() -> None:
    holder = Holder(kept=[1], training=True)
    kept = vars(holder)["kept"]
    restore = remember([holder])
    vars(holder).update(training=False, extra=3)
    del vars(holder)["kept"]
    restore()
    assert vars(holder) == {"kept": [1], "training": True}
    assert vars(holder)["kept"] is kept


def test_an_object_that_equals_the_old_one_is_still_replaced() -> None:
    old, new = Parameter(np.ones(2)), Parameter(np.ones(2))
    holder = Holder(tails=[old], same=[1.0])
    restore = remember([holder])
    vars(holder)["tails"][0] = new
    restore()
    assert vars(holder)["tails"][0] is old


class Watched(dict[str, int]):
    """Counts how often it was cleared."""

    cleared = 0

    def clear(self) -> None:
        self.cleared += 1
        super().clear()


def test_what_nobody_touched_is_not_touched() -> None:
    watched = Watched(a=1)
    remember([Holder(watched=watched)])()
    assert watched.cleared == 0
