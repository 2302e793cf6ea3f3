"""What a model was called with, kept as JSON, and put together again."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from padiff.capture.nested import leaves
from padiff.errors import TraceError
from padiff.trace.arguments import decode_arguments, encode_arguments


class Tensor:
    pass


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass
class Config:
    size: int


def is_tensor(value: object) -> bool:
    return isinstance(value, Tensor)


def again(value: Any) -> Any:
    """A value after its way through JSON; tensors are put back by slot."""
    encoded = json.loads(json.dumps(encode_arguments(value, is_tensor, "args"), allow_nan=False))
    return decode_arguments(encoded, dict(leaves({"args": value}, is_tensor)))


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 53), 1 << 53)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3),
    ),
    max_leaves=10,
)


@given(PLAIN)
def test_what_json_can_hold_comes_back_with_its_types(value: Any) -> None:
    found = again(value)
    assert found == value
    assert repr(found) == repr(value)  # 1, 1.0 and True are equal


def test_tensors_come_back_from_their_slots() -> None:
    a, b = Tensor(), Tensor()
    value = [a, {"mask": b, "again": (a, None)}, 3]
    found = again(value)
    assert found[0] is a
    assert found[1]["mask"] is b
    assert found[1]["again"][0] is a
    assert found[2] == 3


def test_numbers_json_has_not() -> None:
    assert again([math.inf, -math.inf]) == [math.inf, -math.inf]
    assert math.isnan(again(math.nan))
    assert again("inf") == "inf"


CYCLE: list[Any] = [0]
CYCLE.append(CYCLE)
NAMELESS: dict[str, Any] = {}
NAMELESS[""] = NAMELESS


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Pair(1, 2), "tests.trace.test_arguments.Pair"),
        (Config(3), "tests.trace.test_arguments.Config"),
        (object(), "builtins.object"),
        (1 << 60, "builtins.int"),
        (1 + 2j, "builtins.complex"),
        ({1: 2}, "builtins.dict"),
        ("\ud800", "builtins.str"),
        ({"\ud800": 1}, "builtins.dict"),
        ({1}, "builtins.set"),
        (CYCLE, "builtins.list"),
        (NAMELESS, "builtins.dict"),
    ],
)
def test_what_json_cannot_hold_is_named_when_it_is_asked_for(value: Any, name: str) -> None:
    encoded = json.dumps(encode_arguments([0, value], is_tensor))
    json.loads(encoded.encode())
    with pytest.raises(TraceError) as caught:
        decode_arguments(json.loads(encoded), {})
    assert str(caught.value) == (
        "The model was called with what a trace cannot hold.\n"
        f"  got:      an object of class {name}\n"
        "  expected: tensors, numbers, strings, None, and lists, tuples and dicts of these\n"
        "  hint:     pass the inputs yourself"
    )


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ({"tensor": "args.7"}, "an object with 'tensor'"),
        ({"tensor": 0}, "an object with 'tensor'"),
        ({"list": {}}, "an object with 'list'"),
        ({"float": "1e3"}, "an object with 'float'"),
        ({"list": [], "tuple": [0]}, "an object with 'list', 'tuple'"),
        ({}, "an object with nothing in it"),
        ([1], "a list"),
    ],
)
def test_what_nobody_wrote_is_refused(value: Any, got: str) -> None:
    with pytest.raises(TraceError) as caught:
        decode_arguments(value, {"args.0": Tensor()})
    assert str(caught.value) == f"The recorded arguments cannot be read.\n  got:      {got}"
