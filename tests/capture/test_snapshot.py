"""What containers hold is remembered, however they are nested, and put back."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.capture.snapshot import containers, snapshot, used_by


class Owner:
    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...


def is_tensor(value: object) -> bool:
    return isinstance(value, np.ndarray)


def is_owner(value: object) -> bool:
    return isinstance(value, Owner)


def test_every_tensor_is_reached_once_through_owners_and_containers() -> None:
    names = "abcdefg"
    a, b, c, d, e, f, g = (np.array(name) for name in names)
    child = Owner(a=a, again=a)
    child.parent = [child]
    root = Owner(child=child, many=[{"b": (b, deque([c]))}], queue=deque([d]), last={"x": child})
    found = [
        str(item)
        for _, items in containers([root, [e], f, {"g": g}], is_tensor, is_owner)
        for _, item in items
        if is_tensor(item)
    ]
    assert sorted(found) == ["a", *names]


def test_values_are_kept_once_and_put_back_after_the_attributes() -> None:
    tensor, events = np.array(1), list[str]()
    root = Owner(one=tensor, two=[tensor])

    def keep(kept: Any) -> Any:
        assert kept is tensor
        events.append("kept")
        return lambda: events.append(f"back, {root.one}")

    restore = snapshot([root], is_tensor, is_owner, keep)
    root.one = None
    restore()
    assert events == ["kept", "back, 1"]


def test_owners_in_containers_and_sets_of_plain_things_are_put_back() -> None:
    inner = Owner(count=1, seen={1})
    root = Owner(hidden=[inner], empty={})
    restore = snapshot([root], is_tensor, is_owner, lambda _: lambda: None)
    inner.count = 2
    inner.seen.add(2)
    inner.extra = 3
    root.hidden.append(4)
    root.empty["a"] = 5
    restore()
    assert vars(inner) == {"count": 1, "seen": {1}}
    assert root.hidden == [inner]
    assert root.empty == {}


def test_what_can_step_is_an_owner_where_it_was_passed() -> None:
    class Stepping:
        count = 0

        def step(self) -> None:
            self.count += 1

    passed, held = Stepping(), Stepping()
    restore = snapshot([passed, Owner(held=held)], is_tensor, is_owner, lambda _: lambda: None)
    passed.step()
    held.step()
    restore()
    assert (passed.count, held.count) == (0, 1)


AT_MODULE_LEVEL = Owner()


def test_what_a_function_refers_to() -> None:
    local = Owner()

    def function() -> Any:
        return local, AT_MODULE_LEVEL

    assert used_by(function) == [function, local, AT_MODULE_LEVEL]
    assert used_by(local) == [local]
    method = [1].append
    assert used_by(method) == [method]
