"""What a test that uses the fixture sees, and how it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


def test_a_pair_that_parts_fails_the_test_with_the_report(canned: Run) -> None:
    result = canned("def test_norm(aligned):\n    aligned(cases.forward, None)\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">       aligned(cases.forward, None)",
            "E       AssertionError: Not aligned: they part in forward at base encoder.1.norm / raw*",
            "E         base LayerNorm (torch), raw PaddleNorm (paddle)",
            "E         tolerance: |base - raw| <= atol + rtol * |base| with the defaults of each dtype",
            "test_port.py:*: AssertionError",
            "FAILED test_port.py::test_norm - AssertionError: Not aligned: they part in*",
        ]
    )


def test_no_line_of_the_plugin_is_in_the_traceback(canned: Run) -> None:
    result = canned("def test_norm(aligned): aligned(cases.forward, None)", "--tb=short")
    assert not [line for line in result.outlines if "padiff_pytest/" in line]
    result.stdout.fnmatch_lines(["test_port.py:*: in test_norm"])


def test_the_report_is_returned(canned: Run) -> None:
    result = canned(
        "def test_good(aligned):\n"
        "    report = aligned(cases.aligned, None)\n"
        "    assert report == cases.aligned()\n"
    )
    result.assert_outcomes(passed=1)


NOTED = """
import pytest
from tests.report import cases

@pytest.fixture
def noted(monkeypatch):
    calls = []
    def note(name):
        def function(*given, **options):
            calls.append((name, given, options))
            return cases.aligned()
        monkeypatch.setattr(f"padiff.testing.aligned.{name}", function)
    note("align")
    note("compare_traces")
    return calls
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("1, 2, 3, init=True, atol=0.5", ("align", (1, 2, 3), {"init": True, "atol": 0.5})),
        ("'base', 2", ("align", ("base", 2, None), {})),
        ("1, 'raw'", ("align", (1, "raw", None), {})),
        ("'base', 'raw', atol=0.5", ("compare_traces", ("base", "raw"), {"atol": 0.5})),
        ("Path('base'), 'raw'", ("compare_traces", (Path("base"), "raw"), {})),
    ],
)
def test_two_traces_are_compared_and_all_else_is_aligned(
    run: Run, call: str, expected: tuple[object, ...]
) -> None:
    result = run(
        f"{NOTED}\n"
        "from pathlib import Path\n"
        "def test_it(aligned, noted):\n"
        f"    aligned({call})\n"
        f"    assert repr(noted) == {repr([expected])!r}\n"
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "given", "options"),
    [
        (["--padiff-report=out", "--padiff-format=json"], "", {"detail": True}),
        (["--padiff-report=out", "--padiff-format=html"], "", {"detail": True}),
        (["--padiff-report=out", "--padiff-format=html"], ", detail=False", {"detail": False}),
        (["--padiff-report=out"], "", {}),
        ([], "", {}),
    ],
)
def test_what_is_written_in_detail_is_measured_so_unless_the_test_says_otherwise(
    run: Run, arguments: list[str], given: str, options: dict[str, object]
) -> None:
    result = run(
        f"{NOTED}\n"
        "def test_it(aligned, noted):\n"
        f"    aligned(1, 2, 3{given})\n"
        f"    assert noted == [('align', (1, 2, 3), {options})]\n",
        *arguments,
    )
    result.assert_outcomes(passed=1)


def test_two_traces_with_inputs_are_refused(run: Run) -> None:
    result = run(f"{NOTED}\ndef test_it(aligned, noted): aligned('base', 'raw', (1, 2))\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E * padiff.errors.UsageError: Two traces take no inputs: nothing is run.",
            "E *   got:      inputs of type tuple",
            "E *   expected: base and raw alone",
        ]
    )
