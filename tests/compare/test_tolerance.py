from __future__ import annotations

import math

import ml_dtypes
import numpy as np
import pytest

from padiff.compare import Mode, NoToleranceError, Rule, Tolerance, Tolerances, default_tolerance
from padiff.compare.reading import read_tolerance
from padiff.errors import PadiffError, UsageError
from padiff.plain import Plain

F32, F16, I64, BOOL = (np.dtype(n) for n in ("float32", "float16", "int64", "bool"))
FLOAT8 = np.dtype(ml_dtypes.float8_e4m3fn)
BF16 = np.dtype(ml_dtypes.bfloat16)

# Measured on torch 2.13.0: what torch.testing.assert_close takes where no tolerance is given.
OF_TORCH = {
    "float16": (1e-5, 1e-3),
    "bfloat16": (1e-5, 1.6e-2),
    "float32": (1e-5, 1.3e-6),
    "float64": (1e-7, 1e-7),
    "complex64": (1e-5, 1.3e-6),
    "complex128": (1e-7, 1e-7),
    **dict.fromkeys(["bool", "int8", "uint8", "int16", "int32", "uint32", "int64"], (0.0, 0.0)),
}


@pytest.mark.parametrize("name", OF_TORCH)
def test_defaults_are_those_of_torch(name: str) -> None:
    found = default_tolerance(np.dtype(getattr(ml_dtypes, name, name)))
    assert (found.atol, found.rtol, found.mode) == (*OF_TORCH[name], "strict")


@pytest.mark.parametrize(
    ("base", "raw", "atol", "rtol"),
    [(F32, F16, 1e-5, 1e-3), (BF16, F16, 1e-5, 1.6e-2), (np.dtype("f8"), F32, 1e-5, 1.3e-6)],
)
def test_of_two_dtypes_the_looser_counts(
    base: np.dtype[np.generic], raw: np.dtype[np.generic], atol: float, rtol: float
) -> None:
    assert default_tolerance(base, raw) == default_tolerance(raw, base) == Tolerance(atol, rtol)


def test_a_dtype_without_default_is_an_error() -> None:
    with pytest.raises(LookupError) as error:
        default_tolerance(F32, FLOAT8)
    assert isinstance(error.value, NoToleranceError)
    assert isinstance(error.value, PadiffError)
    assert str(error.value) == (
        "No tolerance is known for float8_e4m3fn.\n"
        "  expected: a tensor of float16, bfloat16, float32, float64, complex64, complex128, "
        "integers or booleans\n"
        "  hint:     State one with a rule that has both atol and rtol."
    )


@pytest.mark.parametrize("value", [-1e-9, math.inf, math.nan, "0.1", None])
@pytest.mark.parametrize("name", ["atol", "rtol"])
def test_a_tolerance_is_a_finite_number_not_below_zero(name: str, value: object) -> None:
    arguments = {"atol": 0.0, "rtol": 0.0, name: value}
    with pytest.raises(UsageError) as error:
        Tolerance(**arguments)  # type: ignore[arg-type]
    assert str(error.value) == (
        f"{name} is no tolerance.\n  got:      {value!r}\n  expected: a finite number >= 0"
    )


def test_an_unknown_mode_is_an_error() -> None:
    with pytest.raises(UsageError) as error:
        Tolerance(0, 0, "median")  # type: ignore[arg-type]
    assert str(error.value) == (
        "The comparison mode is unknown.\n"
        "  got:      'median'\n"
        "  expected: 'strict', 'mean', 'abs_mean'"
    )


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("strict", "|base - raw| <= 1e-05 + 0.001 * |base|"),
        ("mean", "mean |base - raw| <= 1e-05 + 0.001 * mean |base|"),
        ("abs_mean", "mean |base - raw| <= 1e-05 + 0.001 * mean |base|"),
    ],
)
def test_the_formula_is_rendered(mode: Mode, text: str) -> None:
    assert str(Tolerance(1e-5, 1e-3, mode)) == text


def test_a_tolerance_survives_saving() -> None:
    tolerance = Tolerance(1e-5, 0.5, "mean")
    saved = Plain(tolerance.to_dict(), UsageError, "This is no tolerance.")
    assert read_tolerance(saved) == tolerance


def test_without_rules_the_defaults_hold() -> None:
    assert Tolerances().of("fc.weight", F32) == Tolerance(1e-5, 1.3e-6)
    assert Tolerances(mode="mean").of("fc.weight", F32) == Tolerance(1e-5, 1.3e-6, "mean")


def test_the_last_matching_rule_decides_alone() -> None:
    tolerances = Tolerances((Rule("*", atol=1, rtol=2), Rule("head.*", atol=3), Rule("x", rtol=4)))
    assert tolerances.of("body.weight", F32) == Tolerance(1, 2)
    assert tolerances.of("head.weight", F32) == Tolerance(3, 1.3e-6)


def test_a_rule_may_have_its_own_mode() -> None:
    tolerances = Tolerances((Rule("*", mode="strict"), Rule("a.*", atol=1)), mode="abs_mean")
    assert tolerances.of("b.weight", F32).mode == "strict"
    assert tolerances.of("a.weight", F32).mode == "abs_mean"


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("encoder.*", "encoder.0.norm.weight", True),
        ("encoder.*", "encoder", False),
        ("*.bias", "fc.bias", True),
        ("*.bias", "fc.bias_ih", False),
        ("layer?.w", "layer1.w", True),
        ("Layer1.w", "layer1.w", False),
    ],
)
def test_patterns_are_those_of_fnmatch_and_cross_dots(
    pattern: str, path: str, matches: bool
) -> None:
    assert (Tolerances((Rule(pattern, atol=7),)).of(path, F32).atol == 7) is matches


def test_a_pattern_may_name_the_raw_path() -> None:
    tolerances = Tolerances((Rule("decoder.fc", atol=7),))
    assert tolerances.of("dec.fc", F32, raw_path="decoder.fc").atol == 7
    assert tolerances.of("dec.fc", F32, raw_path="dec.fc").atol == 1e-5


@pytest.mark.parametrize("dtype", [I64, BOOL])
def test_integers_stay_exact_unless_a_rule_says_otherwise(dtype: np.dtype[np.generic]) -> None:
    exact = Tolerances((Rule("*", atol=1, rtol=1, mode="mean"),), mode="mean")
    assert exact.of("ids", dtype) == Tolerance(0, 0, "strict")
    loose = Tolerances((Rule("*", atol=1, rtol=1, integers=True),), mode="mean")
    assert loose.of("ids", dtype) == Tolerance(1, 1, "mean")
    assert Tolerances((Rule("*", atol=1, integers=True),)).of("ids", dtype) == Tolerance(1, 0)


def test_a_rule_with_both_numbers_covers_any_dtype() -> None:
    assert Tolerances((Rule("*", atol=1, rtol=2),)).of("fc", FLOAT8) == Tolerance(1, 2)


@pytest.mark.parametrize("rules", [(), (Rule("fc.*", atol=1),), (Rule("fc.*", rtol=1),)])
def test_a_tensor_that_no_rule_covers_is_an_error(rules: tuple[Rule, ...]) -> None:
    with pytest.raises(NoToleranceError) as error:
        Tolerances(rules).of("fc.weight", FLOAT8, raw_path="head.weight")
    assert str(error.value) == (
        "No tolerance is known for float8_e4m3fn.\n"
        "  where:    base fc.weight, raw head.weight\n"
        "  got:      float8_e4m3fn\n"
        "  expected: a tensor of float16, bfloat16, float32, float64, complex64, complex128, "
        "integers or booleans\n"
        "  hint:     State one: Rule('fc.weight', atol=..., rtol=...)."
    )


def test_of_two_dtypes_the_error_names_both() -> None:
    with pytest.raises(NoToleranceError, match="float32 and float8_e4m3fn"):
        Tolerances().of("fc.weight", F32, FLOAT8)


@pytest.mark.parametrize("arguments", [{"atol": -1.0}, {"rtol": math.nan}, {"mode": "median"}])
def test_a_rule_is_checked_when_it_is_made(arguments: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Rule("*", **arguments)  # type: ignore[arg-type]


def test_rules_that_decide_nothing_are_reported() -> None:
    hidden, misspelt, used = Rule("fc.*", atol=1), Rule("haed.*", atol=1), Rule("*.weight", atol=1)
    tolerances = Tolerances((hidden, misspelt, used))
    paths = [("fc.weight", "fc.weight"), ("head.weight", "out.weight")]
    assert tolerances.unused_rules(paths) == (hidden, misspelt)
    assert tolerances.unused_rules([*paths, ("fc.bias", "")]) == (misspelt,)
    assert tolerances.unused_rules([("x", "haed.y")]) == (hidden, used)


def test_of_two_equal_rules_the_first_is_unused() -> None:
    first, second = Rule("*", atol=1), Rule("*", atol=1)
    (unused,) = Tolerances((first, second)).unused_rules([("fc", "fc")])
    assert unused is first
