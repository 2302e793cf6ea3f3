"""A message says what failed, where, what was found, what was expected, and what to do, in this order."""

from __future__ import annotations

from padiff import PadiffError
from padiff.errors import PlanError, Problem
from tests.small.refused import lines


def test_every_part_has_its_line() -> None:
    error = PadiffError(
        "It failed.", hint="Do this.", expected="three", got="two", where="base fc, raw out"
    )
    assert lines(error) == [
        "It failed.",
        "  where:    base fc, raw out",
        "  got:      two",
        "  expected: three",
        "  hint:     Do this.",
    ]


def test_a_part_that_is_missing_has_none() -> None:
    assert lines(PadiffError("It failed.")) == ["It failed."]
    assert lines(PadiffError("It failed.", hint="Do this.")) == [
        "It failed.",
        "  hint:     Do this.",
    ]


def test_several_lines_are_indented_alike() -> None:
    assert lines(PadiffError("It failed.", got="one\ntwo\nthree")) == [
        "It failed.",
        "  got:      one",
        "            two",
        "            three",
    ]


def test_empty_lines_at_the_end_are_left_out() -> None:
    assert lines(PadiffError("It failed.", got="one\n\n", hint="two")) == [
        "It failed.",
        "  got:      one",
        "  hint:     two",
    ]


def test_problems_are_numbered_and_name_their_sides() -> None:
    problems = [
        Problem("Both.", base="x", raw="y", got="1\n2"),
        Problem("One.", base="x", hint="Do this."),
        Problem("None."),
    ]
    assert lines(PlanError("Nothing was done.", problems, detail="the end")) == [
        "Nothing was done.",
        "  1. Both.",
        "     where:    base x, raw y",
        "     got:      1",
        "               2",
        "  2. One.",
        "     where:    base x",
        "     hint:     Do this.",
        "  3. None.",
        "the end",
    ]


def test_three_digits_fit() -> None:
    shown = lines(PlanError("Nothing was done.", [Problem("It failed.", raw="y")] * 100))
    assert shown[1] == "  1. It failed."
    assert shown[-2:] == ["100. It failed.", "     where:    raw y"]
