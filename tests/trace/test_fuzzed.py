"""Any index with a right checksum: read and compared, or refused with an error of padiff's own."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import padiff
from padiff.errors import PadiffError
from tests.trace.folders import read_all, with_index, write_rich

NUMBERS = st.sampled_from([-1, 0, 1, 2, 3, 4, 7, 64, 1 << 31, 1 << 40, (1 << 53) - 1, 1 << 64])
TEXTS = st.one_of(
    st.sampled_from(
        ["", ".", "a\0b", "fc", "weight", "1/weight", "whole", "own", "full", "hash", "statistics"]
    ),
    st.sampled_from(["float32", "bfloat16", "float8_e5m2", "complex64", "object", "void", "lstm"]),
    st.sampled_from(["parameter", "buffer", "inf", "nan", "args.0", "0" * 32]),
    st.text(max_size=5),
)
OTHERS: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0.5, 1e308, [], {}, [0], {"": 0}, [[]], {"tensor": "args.0"}, {"float": "nan"}]
)


def alike(value: Any) -> st.SearchStrategy[Any]:
    """Values for the place of another: mostly of its type, for others are refused at once."""
    if isinstance(value, bool):
        return st.booleans()
    kinds = {int: NUMBERS, str: TEXTS}
    return st.one_of(kinds.get(type(value), OTHERS), NUMBERS | TEXTS | OTHERS)


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, as the keys that lead there."""
    yield above
    if not isinstance(value, (dict, list)):
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from places(item, (*above, key))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rich(tmp_path_factory.mktemp("whole") / "t")


@pytest.fixture(scope="module")
def damaged(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(whole, tmp_path_factory.mktemp("damaged") / "t"))


def at(index: Any, keys: tuple[Any, ...]) -> Any:
    for key in keys:
        index = index[key]
    return index


def change(index: Any, data: st.DataObject) -> None:
    """Put one thing in the place of another, take it away, or put it twice."""
    everywhere = list(places(index))
    *above, last = data.draw(st.sampled_from(everywhere[1:]))
    owner = at(index, tuple(above))
    match data.draw(st.sampled_from(["replace", "swap", "remove", "repeat"])):
        case "replace":
            owner[last] = copy.deepcopy(data.draw(alike(owner[last])))
        case "swap":
            alike_ = [p for p in everywhere if type(at(index, p)) is type(owner[last])]
            owner[last] = copy.deepcopy(at(index, data.draw(st.sampled_from(alike_))))
        case "remove":
            del owner[last]
        case "repeat" if isinstance(owner, list):
            owner.insert(last, copy.deepcopy(owner[last]))
        case _:
            owner[data.draw(TEXTS)] = copy.deepcopy(owner[last])


@settings(max_examples=300)
@given(st.data())
def test_anything_in_the_place_of_anything(whole: Path, damaged: Path, data: st.DataObject) -> None:
    index = json.loads((whole / "index.json").read_bytes())["trace"]
    for _ in range(data.draw(st.integers(1, 2))):
        change(index, data)
    with_index(damaged, json.dumps(index).encode())
    try:
        read_all(damaged)
        padiff.compare_traces(whole, damaged)
        padiff.compare_traces(damaged, damaged)
    except PadiffError:
        pass


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes(damaged: Path, body: bytes) -> None:
    with_index(damaged, body)
    with pytest.raises(PadiffError):
        read_all(damaged)
    (damaged / "index.json").write_bytes(body)
    with pytest.raises(PadiffError):
        read_all(damaged)
