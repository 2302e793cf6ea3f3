"""Parameters that are trained and held against nothing: the report says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff.trace.index import Level
from tests.align.nets import Net, twin, values

X = values(3, 4)
UNKNOWN = (
    "Nothing says how the parameters of base odd and raw odd correspond:"
    " their gradients and updates were not compared."
)


class Scaled(torch.nn.Linear):
    """No layout knows its third parameter."""

    def __init__(self) -> None:
        super().__init__(4, 4)
        self.scale = torch.nn.Parameter(torch.ones(4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x) * self.scale


def odd() -> Net:
    return Net(lambda self, x: self.odd(self.a(x)), a=torch.nn.Linear(4, 4), odd=Scaled())


def notes(base: Any, raw: Any, **options: Any) -> tuple[str, ...]:
    report = padiff.align(base, raw, X, **options)
    assert report, str(report)
    return report.notes


def test_a_layer_no_layout_fits() -> None:
    base = odd()
    assert notes(base, twin(base)) == (UNKNOWN,)


def test_where_no_gradients_are_compared_nothing_is_said() -> None:
    base = odd()
    assert notes(base, twin(base), phase="forward") == ()


def test_what_is_not_trained_is_not_missed() -> None:
    base = odd()
    base.odd.requires_grad_(False)
    assert notes(base, twin(base)) == ()


def test_what_is_tied_to_a_parameter_that_is_compared_is_compared() -> None:
    base = odd()
    base.odd.requires_grad_(False)
    base.odd.weight = base.a.weight
    assert notes(base, twin(base)) == ()


@pytest.mark.parametrize("side", ["base", "raw"])
def test_a_parameter_only_one_side_has(side: str) -> None:
    with_bias, without = (
        Net(lambda self, x: self.norm(x), norm=torch.nn.LayerNorm(4, bias=bias))
        for bias in (True, False)
    )
    pair = (with_bias, without) if side == "base" else (without, with_bias)
    assert notes(*pair) == (
        f"Only {side} has norm.bias: its gradient and update were not compared.",
    )


@pytest.mark.parametrize("level", ["full", "hash"])
def test_of_recorded_runs_too(tmp_path: Path, level: Level) -> None:
    model = odd()
    for side in ("base", "raw"):
        with padiff.record(model, tmp_path / side, level=level):
            model(torch.from_numpy(X)).sum().backward()
        model.zero_grad()
    report = padiff.compare_traces(tmp_path / "base", tmp_path / "raw")
    assert report
    assert UNKNOWN in report.notes
