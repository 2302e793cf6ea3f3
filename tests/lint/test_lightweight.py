"""Modules without tensors are paired by path, and among numbered siblings with care."""

from __future__ import annotations

from typing import Any

import paddle.nn as pnn
from torch import nn

import padiff
from tests.small import in_paddle, in_torch

from .findings import lines


def torch_stack(*layers: Any) -> Any:
    return nn.Sequential(*layers).eval()


def paddle_stack(*layers: Any) -> Any:
    stack = pnn.Sequential(*layers)
    stack.eval()
    return stack


def short(base: Any, raw: Any) -> list[str]:
    """Where findings are, and what they are about."""
    return ["   ".join(line.split("   ")[:2]) for line in lines(base, raw)]


def alone(base: Any, raw: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    report = padiff.lint(base, raw)
    return report.base_alone, report.raw_alone


def test_a_dropout_is_compared_at_its_path() -> None:
    base = in_torch.Model(fc=nn.Linear(3, 4), drop=nn.Dropout(0.1))
    raw = in_paddle.Model(fc=pnn.Linear(3, 4), drop=pnn.Dropout(0.5))
    assert lines(base, raw) == [
        "warning: drop   p   torch 0.1 = paddle 0.1; found paddle 0.5   write p=0.1"
    ]


def test_equal_numbers_are_paired_by_number() -> None:
    base = torch_stack(nn.Linear(3, 4), nn.GELU(), nn.Dropout(0.1), nn.Linear(4, 2))
    raw = paddle_stack(pnn.Linear(3, 4), pnn.ReLU(), pnn.Dropout(0.5), pnn.Linear(4, 2))
    assert short(base, raw) == ["error: 1   kind", "warning: 2   p"]


def test_a_stack_without_tensors_is_compared_too() -> None:
    base = in_torch.Model(fc=nn.Linear(3, 4), tail=nn.Sequential(nn.ELU(0.5), nn.Dropout(0.1)))
    raw = in_paddle.Model(fc=pnn.Linear(3, 4), tail=pnn.Sequential(pnn.ELU(), pnn.Dropout(0.1)))
    assert short(base, raw) == ["error: tail.0   alpha"]


def test_each_module_is_looked_at_once() -> None:
    base = torch_stack(torch_stack(nn.Linear(3, 4), nn.GELU()), nn.Tanh(), nn.PReLU())
    raw = paddle_stack(paddle_stack(pnn.Linear(3, 4), pnn.GELU()), pnn.Tanh(), pnn.PReLU())
    report = padiff.lint(base, raw)
    assert report.findings == ()
    assert report.pairs == 6


def test_where_one_side_has_more_of_them_the_rest_is_paired_by_kind() -> None:
    """Between the same two layers with tensors, and only as many as both sides have."""
    base = torch_stack(nn.Linear(3, 4), nn.ELU(0.5), nn.Dropout(0.1), nn.Linear(4, 2), nn.ELU(0.5))
    raw = paddle_stack(pnn.Linear(3, 4), pnn.ELU(), pnn.Linear(4, 2), pnn.ELU())
    assert short(base, raw) == ["error: 1   alpha", "error: 4 -> 3   alpha"]
    assert alone(base, raw) == (("2",), ())


def test_in_another_gap_it_is_another_place() -> None:
    base = torch_stack(nn.Linear(3, 4), nn.ELU(0.5), nn.Linear(4, 2), nn.Tanh())
    raw = paddle_stack(pnn.Linear(3, 4), pnn.Linear(4, 2), pnn.ELU())
    assert short(base, raw) == []
    assert alone(base, raw) == (("1", "3"), ("2",))


def test_if_both_sides_have_not_as_many_none_is_paired() -> None:
    base = torch_stack(nn.Linear(3, 4), nn.Dropout(0.1), nn.Dropout(0.2))
    raw = paddle_stack(pnn.Linear(3, 4), pnn.Dropout(0.5))
    assert short(base, raw) == []
    assert alone(base, raw) == (("1", "2"), ("1",))


def test_without_its_layers_with_tensors_paired_nothing_in_a_stack_is() -> None:
    base = in_torch.Model(a=nn.Sequential(nn.Dropout(0.1), nn.Linear(3, 4)), b=nn.Linear(3, 5))
    raw = in_paddle.Model(
        a=pnn.Sequential(pnn.Dropout(0.5)), c=pnn.Linear(3, 4), d=pnn.Linear(3, 5)
    )
    assert short(base, raw) == []
    assert alone(base, raw) == (("a.0",), ("a.0",))


def test_one_side_may_call_a_function_instead() -> None:
    base = torch_stack(nn.Linear(3, 4), nn.ReLU())
    raw = paddle_stack(pnn.Linear(3, 4))
    assert short(base, raw) == []
    assert alone(base, raw) == (("1",), ())


def test_a_module_with_tensors_is_no_partner_of_one_without() -> None:
    base = torch_stack(nn.Linear(3, 4), nn.ReLU(), nn.PReLU())
    raw = paddle_stack(pnn.Linear(3, 4), pnn.PReLU(), pnn.ReLU())
    assert short(base, raw) == []
    assert alone(base, raw) == (("1",), ("2",))
