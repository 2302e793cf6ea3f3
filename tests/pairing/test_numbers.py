"""Numbered children are paired by number, or by position where one side holds more without tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import paddle
import pytest
import torch

import padiff
from tests.small.refused import lines, refusal

from .built import layers

TORCH: Mapping[str, Callable[[], torch.nn.Module]] = {
    "L": lambda: torch.nn.Linear(3, 3),
    "R": torch.nn.ReLU,
    "D": torch.nn.Dropout,
    "N": lambda: torch.nn.LayerNorm(3),
}
PADDLE: Mapping[str, Callable[[], paddle.nn.Layer]] = {
    "L": lambda: paddle.nn.Linear(3, 3),
    "R": paddle.nn.ReLU,
    "D": paddle.nn.Dropout,
    "N": lambda: paddle.nn.LayerNorm(3),
}


def torch_row(row: str) -> torch.nn.Sequential:
    return torch.nn.Sequential(*(TORCH[letter]() for letter in row))


def paddle_row(row: str) -> paddle.nn.Sequential:
    return paddle.nn.Sequential(*(PADDLE[letter]() for letter in row))


@pytest.mark.parametrize(
    ("base", "raw", "expected"),
    [
        ("LRL", "LRL", ["00", "22"]),
        ("LRL", "LL", ["00", "21"]),
        ("LL", "LDL", ["00", "12"]),
        ("RLDL", "LRL", ["10", "32"]),
        ("LRN", "LDN", ["00", "22"]),
        ("LRNL", "LNRDL", ["00", "21", "34"]),
    ],
)
def test_modules_without_tensors_may_be_on_one_side_only(
    base: str, raw: str, expected: list[str]
) -> None:
    report = padiff.assign_weight(torch_row(base), paddle_row(raw))
    assert [ours + theirs for ours, theirs, _ in layers(report)] == expected
    assert {by for _, _, by in layers(report)} == {"path"}


def test_a_layer_too_many_is_refused() -> None:
    assert lines(refusal(torch_row("LRL"), paddle_row("LLL"))) == [
        "The layers of the two models cannot be paired.",
        "  1. Among the layers no path or layer map pairs, these are the first that do not fit.",
        "     where:    base (nothing left), raw 2",
        "     got:      base nothing",
        "               raw Linear (linear): weight (3, 3), bias (3,)",
        "     expected: two layers of one kind, with the same canonical shapes",
        "     hint:     name the pairs with set_layer_map, or pass ignore= for what has no counterpart",
        "    base       raw",
        "    0 Linear   0 Linear",
        "    2 Linear   1 Linear",
        "  > -          2 Linear",
    ]


def test_kinds_in_another_order_are_refused() -> None:
    assert lines(refusal(torch_row("NL"), paddle_row("LN")))[1:4] == [
        "  1. Two layers paired by their path are not of one kind, and no init function joins them.",
        "     where:    base 0, raw 0",
        "     got:      torch LayerNorm (layer_norm) and paddle Linear (linear)",
    ]


def test_kinds_in_another_order_are_refused_under_other_numbers() -> None:
    assert lines(refusal(torch_row("NRL"), paddle_row("LN")))[2] == "     where:    base 0, raw 0"


def test_layers_do_not_move_from_one_list_to_the_next() -> None:
    """Three and one against two and two: order alone would carry encoder.2 to decoder.0."""
    base = torch.nn.ModuleDict({"encoder": torch_row("LLL"), "decoder": torch_row("L")})
    raw = paddle.nn.LayerDict({"encoder": paddle_row("LL"), "decoder": paddle_row("LL")})
    told = [
        line
        for line in lines(refusal(base, raw))
        if "layers" in line or "layer at" in line or "where" in line
    ]
    assert told == [
        "Some layers could be paired in more than one way.",
        "  1. These two follow one another in definition order, but base also has a layer at decoder.0.",
        "     where:    base encoder.2, raw decoder.0",
        "  2. These two follow one another in definition order, but raw also has a layer at decoder.0.",
        "     where:    base decoder.0, raw decoder.1",
    ]
