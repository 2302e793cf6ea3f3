"""Plain data is read as it is, or refused with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from padiff.errors import UsageError
from padiff.plain import Plain


def plain(value: Any, path: str = "$") -> Plain:
    return Plain(value, UsageError, "This is wrong.", path=path)


def refused(read: Callable[[], object]) -> str:
    with pytest.raises(UsageError) as caught:
        read()
    return str(caught.value)


def test_the_place_of_a_value_within_others() -> None:
    data = plain({"a": [{"b": 1}, {"b": "x"}]})
    first, second = data.record("a")["a"].items()
    assert first.record("b")["b"].whole() == 1
    assert refused(second.record("b")["b"].whole) == (
        "This is wrong.\n  where:    $.a[1].b\n  got:      'x'\n  expected: a whole number >= 0"
    )


def test_a_root_without_a_name() -> None:
    data = plain({"a": []}, path="")
    assert "where:    a\n" in refused(data.record("a")["a"].text)


def test_keys_are_those_that_are_known() -> None:
    data = plain({"atol": 1, "rtoll": 2})
    assert refused(lambda: data.record("atol", "rtol")) == (
        "This is wrong.\n"
        "  where:    $\n"
        "  got:      the unknown key 'rtoll'\n"
        "  expected: atol, rtol\n"
        "  hint:     did you mean 'rtol'?"
    )
    assert "hint" not in refused(lambda: data.record("x", "y"))
    assert refused(lambda: plain({}).record("x")).splitlines()[2:] == [
        "  got:      no key",
        "  expected: the key 'x'",
    ]


def test_optional_keys_may_be_left_out() -> None:
    assert list(plain({"a": 1}).record("a", optional=["b"])) == ["a"]
    assert list(plain({"a": 1, "b": 2}).record("a", optional=["b"])) == ["a", "b"]
    with pytest.raises(UsageError):
        plain({"b": 2}).record("a", optional=["b"])


@pytest.mark.parametrize(
    ("read", "good", "bad"),
    [
        (Plain.text, ["", "x"], [None, 1, b"x", ["x"]]),
        (Plain.flag, [True, False], [0, 1, None, "true"]),
        (Plain.whole, [0, 1, 10**30], [-1, 1.0, True, "1", None]),
        (Plain.number, [0, -1.5, 1e308], [True, "1", None, float("inf"), float("nan"), 10**400]),
        (Plain.items, [[]], [(), {}, "ab", None]),
        (lambda p: p.choice(("a", "b")), ["a", "b"], ["c", 1, None, ["a"], True]),
    ],
)
def test_each_sort_of_value(read: Callable[[Plain], Any], good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert read(plain(value)) == value
    for value in bad:
        refused(lambda value=value: read(plain(value)))  # type: ignore[misc]  # bound in the loop


def test_the_least_there_may_be() -> None:
    assert plain(-3).whole(-3) == -3
    assert "expected: a whole number >= 1" in refused(lambda: plain(0).whole(1))
    assert plain(0.5).number(0.5) == 0.5
    assert "expected: a finite number >= 0.5" in refused(lambda: plain(0.49).number(0.5))


def test_pairs() -> None:
    first, second = plain([1, 2]).pair()
    assert (first.whole(), second.whole()) == (1, 2)
    assert "where:    $[1]\n" in refused(second.text)
    assert "a list of two" in refused(lambda: plain([1]).pair())


def test_null_where_it_may_be() -> None:
    assert plain(None).optional(Plain.text) is None
    assert plain("x").optional(Plain.text) == "x"
    refused(lambda: plain(1).optional(Plain.text))


def test_a_choice_that_is_nearly_one() -> None:
    assert refused(lambda: plain("stric").choice(("strict", "mean"))).splitlines()[2:] == [
        "  got:      'stric'",
        "  expected: 'strict' or 'mean'",
        "  hint:     did you mean 'strict'?",
    ]


def test_long_values_are_cut_short() -> None:
    shown = refused(lambda: plain("x" * 500).whole()).splitlines()[2]
    assert shown == f"  got:      '{'x' * 79}..."
    assert "got:      int of too many digits" in refused(lambda: plain(16**9000).text())
