"""The file of tolerance rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from padiff.compare.metrics import Incomparable, Metrics
from padiff.compare.rules import Rule, Tolerances
from padiff.errors import FileError
from padiff.files.tolerances import read_tolerances, tolerance_file
from padiff.report.units import UnitResult
from tests.report.build import measured, report, tensor, unit


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, "utf-8")
    return path


def test_rules_are_read_in_their_order(tmp_path: Path) -> None:
    text = """
    mode = "mean"
    [[rule]]
    pattern = "*"
    rtol = 1e-3
    [[rule]]
    pattern = "head.*"
    atol = 0.1
    rtol = 0
    mode = "strict"
    integers = true
    """
    assert read_tolerances(written(tmp_path, text)) == Tolerances(
        (Rule("*", rtol=1e-3), Rule("head.*", 0.1, 0, "strict", integers=True)), "mean"
    )


def test_an_empty_file_holds_the_defaults(tmp_path: Path) -> None:
    assert read_tolerances(written(tmp_path, "")) == Tolerances()


@pytest.mark.parametrize(
    ("text", "where", "got", "expected"),
    [
        ("atol = 1", "", "the unknown key 'atol'", "mode, rule"),
        ("mode = 'loose'", ", mode", "'loose'", "'strict' or 'mean' or 'abs_mean'"),
        ("[[rule]]\natol = 1", ", rule[0]", "atol", "the key 'pattern'"),
        ("[[rule]]\npattern = 1", ", rule[0].pattern", "1", "a string"),
        ("[[rule]]\npattern = '*'\natol = -1", ", rule[0].atol", "-1", "a finite number >= 0"),
        ("[[rule]]\npattern = '*'\nrtol = nan", ", rule[0].rtol", "nan", "a finite number >= 0"),
        ("[[rule]]\npattern = '*'\natol = '1'", ", rule[0].atol", "'1'", "a number"),
        ("[[rule]]\npattern = '*'\nintegers = 1", ", rule[0].integers", "1", "true or false"),
        ("[rule]\npattern = '*'", ", rule", "{'pattern': '*'}", "a list"),
    ],
)
def test_what_is_no_rule_is_refused(
    text: str, where: str, got: str, expected: str, tmp_path: Path
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(FileError) as error:
        read_tolerances(path)
    assert str(error.value) == (
        "The file of tolerances is not as it should be.\n"
        f"  where:    {path}{where}\n  got:      {got}\n  expected: {expected}"
    )


def test_a_misspelt_key_is_told_what_it_may_be(tmp_path: Path) -> None:
    path = written(tmp_path, "[[rule]]\npatern = '*'")
    with pytest.raises(FileError) as error:
        read_tolerances(path)
    assert str(error.value).endswith("hint:     did you mean 'pattern'?")


def test_a_file_that_is_called_as_the_place_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rule").write_text("[[rule]]\npattern = 1", "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileError) as error:
        read_tolerances(Path("rule"))
    assert error.value.where == "rule, rule[0].pattern"


def test_what_is_no_toml_says_where(tmp_path: Path) -> None:
    path = written(tmp_path, "[[rule]\n")
    with pytest.raises(FileError, match="A file is no TOML") as error:
        read_tolerances(path)
    assert "at line 1" in error.value.got


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError) as error:
        read_tolerances(tmp_path / "none.toml")
    assert str(error.value) == (
        f"A file could not be read.\n  where:    {tmp_path / 'none.toml'}\n"
        "  got:      No such file or directory"
    )


def test_the_file_to_begin_with_changes_nothing_and_shows_the_errors(tmp_path: Path) -> None:
    shown = report([unit("", tensor("output", 1.0)), unit('a."b"', tensor("output", 0.25))])
    text = tolerance_file(shown)
    assert read_tolerances(written(tmp_path, text)) == Tolerances()
    assert text == (
        "# |base - raw| <= atol + rtol * |base|; the last rule whose pattern matches decides alone.\n"
        "# Patterns are of dotted paths, of base or raw; * also crosses dots.\n"
        'mode = "strict"\n'
        "# float32 by default: atol = 1e-05, rtol = 1.3e-06\n"
        "\n#[[rule]]\n"
        '#pattern = "a.\\"b\\""  # largest error 0.25\n'
        "#atol = 1e-5\n"
    )


def of_dtype(name: str) -> UnitResult:
    found = measured(0.5)
    assert isinstance(found, Metrics)
    return unit("", tensor("output", replace(found, base_dtype=name)))


def test_the_defaults_of_every_dtype_are_told() -> None:
    names = "int64", "float64", "float8_e4m3fn", "object", "bfloat16", "float16"
    text = tolerance_file(report([of_dtype(name) for name in names]))
    assert text.splitlines()[3:] == [
        "# bfloat16 by default: atol = 1e-05, rtol = 0.016",
        "# float16 by default: atol = 1e-05, rtol = 0.001",
        "# float64 by default: atol = 1e-07, rtol = 1e-07",
        "# float8_e4m3fn has no default: it needs a rule",
        "# int64 by default: atol = 0, rtol = 0",
        "# object has no default: it needs a rule",
    ]


def test_what_has_no_error_is_not_in_the_file() -> None:
    unlike = Incomparable("dtype", (2,), (2,), "float16", "float32")
    text = tolerance_file(report([unit("a", tensor("output", unlike), tensor("other", None))]))
    assert len(text.splitlines()) == 3


def test_its_rules_hold_once_they_are_let_in(tmp_path: Path) -> None:
    text = tolerance_file(report([unit("a", tensor("output", 0.25))]))
    edited = "\n".join(line.removeprefix("#") for line in text.splitlines() if line[:2] != "# ")
    assert read_tolerances(written(tmp_path, edited)) == Tolerances((Rule("a", atol=1e-5),))


def test_brackets_in_a_path_are_no_pattern(tmp_path: Path) -> None:
    text = tolerance_file(report([unit("blocks[0]", tensor("output", 0.5))]))
    let_in = "\n".join(line.removeprefix("#") for line in text.splitlines() if line[:2] != "# ")
    tolerances = read_tolerances(written(tmp_path, let_in))
    assert tolerances.unused_rules([("blocks[0]", "")]) == ()
    assert tolerances.unused_rules([("blocks0", "")]) == tolerances.rules
