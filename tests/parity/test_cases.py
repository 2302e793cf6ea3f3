"""The table of cases is whole: every measured row is there once, with its outcome."""

from __future__ import annotations

from collections import Counter

from .cases import CASES


def test_every_row_of_the_table_is_one_case() -> None:
    assert [case.row for case in CASES] == list(range(1, 206))


def test_every_case_has_a_name_of_its_own() -> None:
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


def test_the_outcomes_are_those_of_the_table() -> None:
    assert Counter(case.outcome for case in CASES) == {
        "match": 179,
        "differs": 9,
        "raises": 13,
        "crashes": 4,
    }
