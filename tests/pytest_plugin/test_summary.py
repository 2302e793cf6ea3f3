"""The section at the end of a run, to the letter."""

from __future__ import annotations

from .conftest import TITLE, Run, section

PAIR = "Net (torch), PaddleNet (paddle)"


def test_it_tells_where_each_pair_parts_and_how_many_do_not(canned: Run) -> None:
    result = canned(
        "def test_good(aligned): aligned(cases.aligned, None)\n"
        "def test_norm(aligned): aligned(cases.forward, None)\n"
        "def test_step(aligned): aligned(cases.optimizer, None)\n"
    )
    result.assert_outcomes(passed=1, failed=2)
    assert section(result) == (
        f"test_port.py::test_norm: {PAIR}\n"
        "  forward at base encoder.1.norm / raw layers.1.ln, call 0\n"
        "    output: 1 of 8 elements is out of tolerance (12.5%)\n"
        "    raw calls it at model.py:12\n"
        "    lint error: epsilon: base 1e-05; raw 0.01; write epsilon=1e-05\n"
        "    hint: with epsilon=1e-05 in raw the two agree [epsilon]\n"
        f"test_port.py::test_step: {PAIR}\n"
        "  update, at the optimizer's step, step 1\n"
        "    gradients agree, weights after the step do not: the optimizer\n"
        "    weight of fc1: 1 of 8 elements is out of tolerance (12.5%)\n"
        "1 of 3 pairs aligned"
    )


def test_where_all_pairs_are_aligned_it_is_one_line(canned: Run) -> None:
    result = canned("def test_good(aligned): aligned(cases.aligned, None)")
    assert section(result) == "1 of 1 pair aligned"


def test_without_pairs_there_is_none(canned: Run) -> None:
    result = canned("def test_other(aligned): pass")
    assert TITLE not in result.stdout.str()


def test_a_comparison_that_raised_is_counted_apart(canned: Run) -> None:
    result = canned(
        "from padiff.errors import RunError\n"
        "def broken(): raise RunError('The base model raised.', where='base fc')\n"
        "def silent(): raise ZeroDivisionError\n"
        "def test_good(aligned): aligned(cases.aligned, None)\n"
        "def test_broken(aligned): aligned(broken, None)\n"
        "def test_silent(aligned): aligned(silent, None)\n"
    )
    result.assert_outcomes(passed=1, failed=2)
    assert section(result) == (
        "test_port.py::test_broken\n"
        "  not compared: RunError: The base model raised.\n"
        "test_port.py::test_silent\n"
        "  not compared: ZeroDivisionError\n"
        "1 of 3 pairs aligned, 2 not compared"
    )


def test_a_difference_without_an_origin_has_the_headline_of_its_report(canned: Run) -> None:
    result = canned("def test_nothing(aligned): aligned(cases.notes_only, None)")
    assert section(result) == (
        f"test_port.py::test_nothing: {PAIR}\n  Nothing was compared\n0 of 1 pair aligned"
    )


def test_many_origins_are_not_all_told(canned: Run) -> None:
    told = section(canned("def test_many(aligned): aligned(cases.many, None)")).splitlines()
    more = (
        "  25 more places: forward at fc5, call 0; forward at fc6, call 0;"
        " forward at fc7, call 0; forward at fc8, call 0; forward at fc9, call 0 and 20 more"
    )
    assert told[-2:] == [more, "0 of 1 pair aligned"]
    assert sum(line.startswith("  forward at") for line in told) == 5


def test_every_pair_of_a_test_counts_in_whatever_phase_it_was_compared(canned: Run) -> None:
    result = canned(
        "@pytest.fixture\n"
        "def before(aligned): aligned(cases.aligned, None)\n"
        "def test_two(before, aligned):\n"
        "    aligned(cases.aligned, None)\n"
        "    with pytest.raises(AssertionError):\n"
        "        aligned(cases.buffer, None)\n"
    )
    result.assert_outcomes(passed=1)
    assert section(result).splitlines()[-1] == "2 of 3 pairs aligned"


def test_a_pair_that_parts_before_its_test_begins_is_told_of(canned: Run) -> None:
    result = canned(
        "@pytest.fixture\ndef port(aligned): aligned(cases.buffer, None)\ndef test_it(port): pass\n"
    )
    result.assert_outcomes(errors=1)
    assert section(result).splitlines()[-1] == "0 of 1 pair aligned"


def test_other_properties_of_a_test_are_left_alone(canned: Run) -> None:
    result = canned(
        "def test_it(aligned, record_property):\n"
        "    record_property('colour', 'blue')\n"
        "    aligned(cases.aligned, None)\n"
    )
    assert section(result) == "1 of 1 pair aligned"
