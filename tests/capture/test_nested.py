"""Tensors in what a module takes and returns are found, and replaced, wherever they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from padiff.capture.nested import leaves, map_leaves


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass(frozen=True)
class Frozen:
    value: Any
    derived: Any = field(init=False, default="derived")


class Marked(dict[str, Any]):
    mark = ""


def is_tensor(value: object) -> bool:
    return isinstance(value, np.ndarray)


ONE, TWO = np.array(1), np.array(2)


def slots(value: Any) -> list[str]:
    return [slot for slot, _ in leaves(value, is_tensor)]


def doubled(value: Any) -> Any:
    return map_leaves(value, is_tensor, lambda _, tensor: tensor * 2)


def test_slots_are_dotted_places() -> None:
    assert slots(ONE) == [""]
    assert slots((ONE, [TWO])) == ["0", "1.0"]
    assert slots({"a": ONE, 3: {"b": TWO}}) == ["a", "3.b"]
    assert slots(Pair(ONE, (None, TWO))) == ["left", "right.1"]
    assert slots(Frozen(ONE)) == ["value"]
    assert slots((None, "text", 3, Frozen)) == []


def test_containers_keep_their_type_and_what_else_is_in_them() -> None:
    marked = Marked(a=ONE)
    marked.mark = "mine"
    result = doubled((marked, [TWO, "text"], Pair(ONE, None), Frozen(TWO), {3: ONE}))
    assert type(result) is tuple
    assert (type(result[0]), result[0]["a"], result[0].mark) == (Marked, 2, "mine")
    assert result[1] == [4, "text"]
    assert result[2] == Pair(2, None)
    assert (result[3].value, result[3].derived) == (4, "derived")
    assert result[4] == {3: 2}
    assert marked["a"] == 1


def test_what_holds_nothing_that_changes_is_handed_on_as_it_is() -> None:
    value = ({"a": [ONE]}, "text")
    assert map_leaves(value, is_tensor, lambda _, tensor: tensor) is value
    unchanged = {"a": None}
    assert doubled((unchanged, ONE))[0] is unchanged


def test_keys_of_one_text_are_two_keys() -> None:
    assert doubled({1: ONE, "1": TWO}) == {1: 2, "1": 4}


def test_the_slot_is_told() -> None:
    seen: list[str] = []
    map_leaves({"a": (ONE, TWO)}, is_tensor, lambda slot, _: seen.append(slot))
    assert seen == ["a.0", "a.1"]


def test_a_container_in_itself_comes_to_an_end() -> None:
    cycle: list[Any] = [ONE]
    cycle.append(cycle)
    assert slots(cycle)[:2] == ["0", "1.0"]
    assert doubled(cycle)[0] == 2
