"""`check_dataloader`: two loaders, batch by batch."""

from __future__ import annotations

import copy
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import padiff
from padiff.adapters import ADAPTER_GROUP, Plugin
from padiff.errors import UsageError
from tests.align.nets import values
from tests.reference.installed import Install

Sample = namedtuple("Sample", ["image", "label"])  # noqa: PYI024 - as users write it


@dataclass
class Batch:
    images: Any
    names: Any


def told(first: Any, second: Any, capsys: pytest.CaptureFixture[str], **options: Any) -> list[str]:
    """What is printed of two loaders that are not equal."""
    assert padiff.check_dataloader(first, second, **options) is False
    return capsys.readouterr().out.splitlines()


def test_equal_loaders_give_exactly_true_and_print_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    batches = [values(4, 2, seed=i) for i in range(3)]
    assert padiff.check_dataloader(batches, (b.copy() for b in batches)) is True
    assert capsys.readouterr().out == ""


def test_the_first_difference_is_told_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    first: list[Any] = [{"image": np.zeros((2, 3), np.float32), "label": 7} for _ in range(4)]
    second = copy.deepcopy(first)
    second[2]["image"][1, 2] = 0.5
    second[3]["label"] = 8
    assert told(first, second, capsys) == [
        "Not equal: batch 2",
        "  image: 1 of 6 elements is out of tolerance (16.7%)",
        "    largest error 0.5, mean 0.0833, RMS 0.204",
        "    relative to base up to inf; cosine 0.000000",
        "    worst at [1, 2]: base 0.0, raw 0.5",
        "    allowed: |base - raw| <= 1e-05 + 1.3e-06 * |base|",
        "    float32, shape (2, 3)",
    ]


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        (np.ones((2, 3), np.int16), "a", "first int16 of shape (2, 3), second 'a'"),
        ("a" * 58, None, f"first {'a' * 58!r}, second None"),
        ("a" * 59, None, f"first '{'a' * 56}..., second None"),
    ],
)
def test_what_is_no_pair_of_numbers_is_shown(
    first: Any, second: Any, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = " ".join(told([[first]], [[second]], capsys)[1:])  # in lines of 80 characters
    assert shown.split() == ["0:", *what.split()]


def test_all_slots_of_that_batch_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    first = [[np.arange(3), (np.arange(3), "a")]]
    second = [[np.arange(3) + 1, (np.arange(3), "b")]]
    lines = told(first, second, capsys)
    assert [line for line in lines if not line.startswith("    ")] == [
        "Not equal: batch 0",
        "  0: 3 of 3 elements are out of tolerance (100%)",
        "  1.1: first 'a', second 'b'",
    ]


def test_slots_of_one_batch_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert told([{"a": 1, "b": "x"}], [{"b": "y", "c": 4}], capsys)[1:] == [
        "  a: only the first has it",
        "  b: first 'x', second 'y'",
        "  c: only the second has it",
    ]
    assert told([{}], [{"a": 1}], capsys)[1:] == ["  a: only the second has it"]


def test_shuffled_rows(capsys: pytest.CaptureFixture[str]) -> None:
    batch = values(6, 2)
    lines = told([batch], [batch[[1, 0, 2, 5, 4, 3]]], capsys)
    assert lines[:2] == [
        "Not equal: batch 0",
        "  (the batch itself): 8 of 12 elements are out of tolerance (66.7%)",
    ]
    assert lines[-1] == (
        "    hint: along axis 0, raw has base's slices in the order 1, 0, 2, 5, 4, 3"
    )


def test_shuffled_batches() -> None:
    batches = [values(2, 2, seed=i) for i in range(3)]
    assert padiff.check_dataloader(batches, batches[::-1]) is False


@pytest.mark.parametrize("shorter", ["first", "second"])
def test_lengths(shorter: str, capsys: pytest.CaptureFixture[str]) -> None:
    batches = [values(2), values(2)]
    pair = (batches[:1], batches) if shorter == "first" else (batches, batches[:1])
    longer = "second" if shorter == "first" else "first"
    assert told(*pair, capsys) == [
        f"Not equal: the {shorter} loader ends after 1 batch, the {longer} goes on"
    ]


def test_a_loader_that_gives_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert told([], [values(2)], capsys) == [
        "Not equal: the first loader ends after 0 batches, the second goes on"
    ]
    assert told([], [], capsys) == ["Nothing was compared: neither loader gave a batch"]
    assert told([{}], [[]], capsys)[1] == "  (the batch itself): there is nothing in either batch"


@pytest.mark.parametrize(
    "batch",
    [
        values(3),
        [values(3), values(2)],
        (values(3), {"a": [values(2)]}),
        Sample(values(3), 4),
        Batch(values(3), ["a", b"b", None]),
        {"text": "words", "flag": True, "share": 0.5, "phase": 1j},
        np.array(["a", "b"]),
        np.array(["a", "bc"], dtype=object),
        values(3).astype(ml_dtypes.bfloat16),
        np.float32(3),
    ],
    ids=[
        *("array", "list", "tuple", "named tuple", "dataclass", "dict"),
        *("strings", "objects", "bfloat16", "scalar"),
    ],
)
def test_whatever_a_batch_is_made_of(batch: Any) -> None:
    assert padiff.check_dataloader([batch], [batch]) is True


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": values(2)}, {"b": values(2)}),
        ([values(2)], [values(2), values(2)]),
        (values(2), [values(2)]),
        (values(2), values(3)),
        (values(2), values(2, 1)),
        (np.arange(2), np.arange(2.0)),
        (1, 2),
        (True, 1),
        ("1", 1),
        (None, 0),
        ("a", b"a"),
        (np.array(["a"]), np.array(["b"])),
        (np.array([np.nan, 1]), np.array([1, np.nan])),
    ],
    ids=[
        *("slots", "count", "nesting", "shape", "axes", "category", "number", "truth", "text"),
        *("none", "bytes", "strings", "nan"),
    ],
)
def test_what_is_a_difference(first: Any, second: Any) -> None:
    assert padiff.check_dataloader([first], [second]) is False
    assert padiff.check_dataloader([second], [first]) is False


def test_numbers_of_one_category_are_equal_in_any_width() -> None:
    narrow, wide = np.array([1, 2], np.int32), np.array([1, 2], np.int64)
    assert padiff.check_dataloader([narrow], [wide]) is True
    assert padiff.check_dataloader([narrow], [wide * 2]) is False
    half = np.array([0.5])
    assert padiff.check_dataloader([half.astype(np.float32)], [half]) is True


def test_containers_of_one_shape_are_equal_whatever_they_are() -> None:
    assert padiff.check_dataloader([[values(2)]], [(values(2),)]) is True
    assert padiff.check_dataloader([Batch(1, 2)], [{"names": 2, "images": 1}]) is True


def test_one_element_of_many_counts() -> None:
    first = np.ones(1_000_000, np.float32)
    second = first.copy()
    second[77] = 2
    assert padiff.check_dataloader([first], [second]) is False
    assert padiff.check_dataloader([first], [second], compare_mode="mean") is True


def test_tolerances() -> None:
    first, second = [np.ones(3, np.float32)], [np.full(3, 1.01, np.float32)]
    assert padiff.check_dataloader(first, second, atol=0.02) is True
    assert padiff.check_dataloader(first, second, rtol=0.02) is True
    assert padiff.check_dataloader(first, second) is False


def test_an_unknown_option() -> None:
    options: Any = {"auto_weights": True}
    with pytest.raises(UsageError) as caught:
        padiff.check_dataloader([], [], **options)
    assert caught.value.got == "auto_weights"


def test_what_cannot_be_compared() -> None:
    for batch, got in (({"a": [object()]}, "object"), ({"a": [Batch]}, "type")):
        with pytest.raises(UsageError) as caught:
            padiff.check_dataloader([batch], [batch])
        assert str(caught.value).splitlines() == [
            "A batch holds what cannot be compared.",
            "  where:    first, slot a.0",
            f"  got:      {got}",
            (
                "  expected: tensors, arrays, numbers, strings or None, in lists, tuples, dicts or"
                " dataclasses"
            ),
        ]
    with pytest.raises(UsageError) as caught:
        padiff.check_dataloader([{1}], [{1}])
    assert (caught.value.where, caught.value.got) == ("first, slot (the batch itself)", "set")
    for mixed in ([None, 1], ["a", 1]):
        with pytest.raises(UsageError, match="ndarray of object"):
            padiff.check_dataloader([1], [np.array(mixed, object)])


def test_a_framework_without_tensors(reference: padiff.Registry) -> None:  # noqa: ARG001 - installs it
    assert padiff.check_dataloader([1], [1]) is True


def broken() -> Any:
    raise AssertionError


GHOST = Plugin("ghost", "ghost", "padiff-ghost", adapter=broken, register=lambda _: None)


def test_a_framework_that_is_not_imported_is_not_asked(install: Install) -> None:
    install("padiff-ghost", ADAPTER_GROUP, ghost=f"{__name__}:GHOST")
    assert padiff.check_dataloader([1], [1]) is True


def test_what_is_no_loader() -> None:
    wrong: Any = 3
    with pytest.raises(UsageError) as caught:
        padiff.check_dataloader([], wrong)
    assert str(caught.value).splitlines() == [
        "The second loader gives no batches.",
        "  got:      int",
        "  expected: something to iterate over",
    ]


def test_one_iterator_given_twice() -> None:
    def loader() -> Iterator[Any]:
        yield from (1, 1)

    same = loader()
    with pytest.raises(UsageError) as caught:
        padiff.check_dataloader(same, same)
    assert str(caught.value).splitlines() == [
        "A loader would be compared with itself.",
        "  got:      one generator given twice",
        "  expected: two loaders, each with batches of its own",
    ]


def test_an_error_of_a_loader_comes_through() -> None:
    def loader() -> Iterator[Any]:
        yield 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        padiff.check_dataloader(loader(), loader())
