"""Different dtypes are converted only when asked, within one category, and if the values survive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import padiff
from tests.small import in_torch
from tests.small.refused import lines, refusal


def held(dtype: torch.dtype, *values: Any) -> in_torch.Model:
    return in_torch.Model(x=torch.tensor(values, dtype=dtype))


def test_without_being_asked_nothing_is_converted() -> None:
    assert lines(refusal(held(torch.float32, 1.0), held(torch.float64, 0.0))) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. The x of the two layers has different dtypes.",
        "     where:    base x, raw x",
        "     got:      base float32, raw float64",
        "     expected: equal dtypes, copied bit for bit",
        "     hint:     pass cast=True to convert",
    ]


@pytest.mark.parametrize(
    ("base", "raw", "values", "expected"),
    [
        (torch.float32, torch.float64, [0.1, -2.5], [0.10000000149011612, -2.5]),
        (torch.float64, torch.float32, [0.1, 1e-60], [0.10000000149011612, 0.0]),
        (torch.float32, torch.float16, [1.0009765625, 65504.0], [1.0009765625, 65504.0]),
        (torch.float32, torch.bfloat16, [1.00390625, 2.0**127], [1.0, 2.0**127]),
        (torch.bfloat16, torch.float32, [1.5, -0.0], [1.5, -0.0]),
        (torch.int64, torch.int8, [127, -128], [127, -128]),
        (torch.uint8, torch.int64, [255, 0], [255, 0]),
        (torch.complex64, torch.complex128, [1 + 2j, 0j], [1 + 2j, 0j]),
    ],
)
def test_values_are_converted_when_asked(
    base: torch.dtype, raw: torch.dtype, values: list[Any], expected: list[Any]
) -> None:
    target = held(raw, *[0] * len(values))
    report = padiff.assign_weight(held(base, *values), target, cast=True)
    assert target.x.dtype == raw
    assert target.x.tolist() == expected
    names = [str(dtype).removeprefix("torch.") for dtype in (base, raw)]
    assert [r.note for r in report.records] == [f"cast from {names[0]} to {names[1]}"]


def test_values_are_converted_and_transposed_at_once() -> None:
    base = in_torch.Model(x=torch.tensor([[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]], dtype=torch.float64).T)
    raw = in_torch.Model(x=torch.zeros(3, 2))
    padiff.assign_weight(base, raw, cast=True)
    assert raw.x.tolist() == [[0.5, 3.5], [1.5, 4.5], [2.5, 5.5]]


@pytest.mark.parametrize(
    ("base", "raw", "value", "names"),
    [
        (torch.float32, torch.float16, 65536.0, ("float32", "float16")),
        (torch.float64, torch.float32, 1e39, ("float64", "float32")),
        (torch.float32, torch.float8_e4m3fn, 1e4, ("float32", "float8_e4m3fn")),
        (torch.int64, torch.int8, 128, ("int64", "int8")),
        (torch.int64, torch.uint8, -1, ("int64", "uint8")),
        (torch.complex128, torch.complex64, 1e39 + 0j, ("complex128", "complex64")),
    ],
)
def test_values_that_would_not_survive_are_refused(
    base: torch.dtype, raw: torch.dtype, value: Any, names: tuple[str, str]
) -> None:
    error = refusal(held(base, 1, value), held(raw, 0, 0), cast=True)
    assert lines(error)[1:] == [
        "  1. The x of the two layers has different dtypes.",
        "     where:    base x, raw x",
        f"     got:      base {names[0]}, raw {names[1]}; base holds values that {names[1]} cannot",
        "     expected: values that survive the conversion",
        "     hint:     build raw with a wider dtype",
    ]


def test_infinity_and_nan_are_no_overflow() -> None:
    raw = held(torch.float16, 0.0, 0.0)
    padiff.assign_weight(held(torch.float32, float("inf"), float("nan")), raw, cast=True)
    assert raw.x[0] == float("inf")
    assert raw.x[1].isnan()


@pytest.mark.parametrize("cast", [False, True])
@pytest.mark.parametrize(
    ("base", "raw"),
    [
        (torch.int64, torch.float32),
        (torch.float32, torch.int64),
        (torch.bool, torch.int64),
        (torch.float32, torch.complex64),
    ],
)
def test_categories_are_never_mixed(base: torch.dtype, raw: torch.dtype, *, cast: bool) -> None:
    error = refusal(held(base, 1), held(raw, 0), cast=cast)
    assert lines(error)[4] == ("     expected: dtypes of one category (float, int, bool, complex)")


def test_numpys_own_settings_do_not_stop_a_conversion_half_way() -> None:
    base = in_torch.Model(a=torch.tensor([1e-60], dtype=torch.float64), b=torch.ones(1))
    raw = in_torch.Model(a=torch.ones(1), b=torch.zeros(1))
    with np.errstate(all="raise"):
        padiff.assign_weight(base, raw, cast=True)
    assert (raw.a.item(), raw.b.item()) == (0.0, 1.0)
