"""The settings under which the type tests mean something."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy import api

from tests.packaging.distributions import ROOT

SOURCE = """
def double(number: int) -> int:
    return 2 * number

double(3)  # type: ignore[arg-type]
double("3")  # type: ignore[arg-type]
double("3")  # type: ignore
double("3")
"""


def test_an_ignore_that_nothing_needs_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "ignores.py"
    source.write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    arguments = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path)]
    output, _, status = api.run([*arguments, "--no-error-summary", source.name])
    assert status == 1
    assert [line.partition(": ")[::2] for line in output.splitlines()] == [
        ("ignores.py:5", 'error: Unused "type: ignore" comment  [unused-ignore]'),
        (
            "ignores.py:7",
            'error: "type: ignore" comment without error code (consider "type: ignore[arg-type]" instead)  [ignore-without-code]',
        ),
        (
            "ignores.py:8",
            'error: Argument 1 to "double" has incompatible type "str"; expected "int"  [arg-type]',
        ),
    ]
