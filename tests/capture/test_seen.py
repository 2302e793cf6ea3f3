"""What is known of a tensor is forgotten with the tensor, and with what it held."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, cast

from padiff.capture.protocols import CaptureAdapter
from padiff.capture.seen import Seen


@dataclass(eq=False)
class Tensor:
    """A place in memory, and how often it was written."""

    memory: int
    version: int = 0


class Adapter:
    def identity(self, tensor: Tensor) -> Hashable:
        return tensor.memory, tensor.version

    def keep_alive(self, tensor: Tensor) -> Callable[[], Any]:
        return weakref.ref(tensor)


def seen() -> Seen[str]:
    return Seen(cast("CaptureAdapter", Adapter()))


def test_a_tensor_and_its_aliases_are_known() -> None:
    known, tensor = seen(), Tensor(1)
    assert known.get(tensor) is None
    known.put(tensor, "first")
    assert known.get(tensor) == "first"
    assert known.get(Tensor(1)) == "first"
    assert known.get(Tensor(2)) is None
    assert known.get(tensor, also=3) is None


def test_what_was_written_is_unknown() -> None:
    known, tensor = seen(), Tensor(1)
    known.put(tensor, "first")
    tensor.version += 1
    assert known.get(tensor) is None
    known.put(tensor, "second")
    assert known.get(tensor) == "second"


def test_memory_that_was_given_to_another_tensor_is_unknown() -> None:
    known, tensor = seen(), Tensor(1)
    known.put(tensor, "first")
    del tensor
    assert known.get(Tensor(1)) is None


def test_memory_that_its_tensor_gave_up_is_unknown() -> None:
    known, tensor = seen(), Tensor(1)
    known.put(tensor, "first")
    tensor.memory = 2
    assert known.get(Tensor(1)) is None
