"""Weights of two recorded runs that go on from weights of their own, with rounding of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import torch

import padiff
from padiff import Trace
from padiff.compare.verdict import Verdict
from padiff.report.alignment import AlignmentReport
from padiff.report.units import TensorResult

NOISE = 1e-7
"""A gradient as rounding leaves it where it is zero in theory. Adam makes a step of full length of it."""

Gradient: TypeAlias = "float | Sequence[float]"
Change: TypeAlias = Callable[[Any, Any, int], None]
"""Of a model or its optimizer, as a step begins."""


def nothing(*_: Any) -> None:
    pass


def adam(parameters: Any) -> Any:
    return torch.optim.Adam(parameters, lr=1e-3)


def sgd(parameters: Any) -> Any:
    return torch.optim.SGD(parameters, lr=0.1, momentum=0.9)


def trained(
    path: Path,
    gradients: Sequence[Gradient],
    change: Change = nothing,
    make: Callable[[Any], Any] = adam,
    every: int = 1,
) -> Trace:
    """A Linear whose weight nothing depends on: its gradient is as given, step by step."""
    torch.manual_seed(1)
    model: Any = torch.nn.Linear(2, 1).double()
    optimizer = make(model.parameters())
    with padiff.record(model, path, steps=len(gradients), optimizer=optimizer, every=every):
        for step, gradient in enumerate(gradients):
            change(model, optimizer, step)
            optimizer.zero_grad()
            (model(torch.zeros(2, 2).double()) - 1).pow(2).sum().backward()
            model.weight.grad.copy_(torch.tensor(gradient, dtype=torch.float64))
            optimizer.step()
    return Trace(path)


def compared(
    tmp_path: Path,
    base: Sequence[Gradient],
    raw: Sequence[Gradient],
    change: Change = nothing,
    **options: Any,
) -> AlignmentReport:
    return padiff.compare_traces(
        trained(tmp_path / "base", base, **options),
        trained(tmp_path / "raw", raw, change, **options),
    )


def updated(report: AlignmentReport, name: str = "weight") -> list[TensorResult]:
    """What became of a tensor, step by step."""
    updates = (unit for unit in report.units if unit.phase == "update")
    return [tensor for unit in updates for tensor in unit.produced if tensor.name == name]


def verdicts(report: AlignmentReport, name: str = "weight") -> list[Verdict | None]:
    return [tensor.verdict for tensor in updated(report, name)]


def places(report: AlignmentReport) -> list[tuple[str, int]]:
    return [(origin.phase, origin.step) for origin in report.origins]


def test_steps_of_gradients_that_are_rounding_alone_were_not_compared(tmp_path: Path) -> None:
    report = compared(tmp_path, [NOISE] * 3, [-NOISE] * 3)
    assert report
    assert verdicts(report) == [None] * 3
    assert verdicts(report, "bias") == [Verdict.IDENTICAL] * 3
    assert str(report).endswith(
        "note: not compared (its gradients are rounding errors: any step may come of them):"
        " weight of (root)"
    )


@pytest.mark.parametrize("size", [1, 0.01])
def test_elements_are_excused_one_by_one(tmp_path: Path, size: float) -> None:
    report = compared(tmp_path, [[size * NOISE, 0.5]] * 2, [[-NOISE, 0.5]] * 2)
    assert report
    assert verdicts(report) == [Verdict.ROUNDING] * 2
    note = "as far apart as rounding in the gradients takes the optimizers' steps"
    assert [tensor.note for tensor in updated(report)] == [note] * 2


def test_what_optimizers_may_differ_by_they_may_beside_rounding(tmp_path: Path) -> None:
    def rounded(_model: Any, optimizer: Any, _step: int) -> None:
        optimizer.param_groups[0]["lr"] = 1.0001e-3

    report = compared(tmp_path, [[NOISE, 0.5]], [[-NOISE, 0.5]], rounded)
    assert verdicts(report) == [Verdict.ROUNDING]


def test_an_optimizer_remembers_gradients(tmp_path: Path) -> None:
    report = compared(tmp_path, [[NOISE, 0.5], [0, 0.5]], [[-NOISE, 0.5], [0, 0.5]])
    assert verdicts(report) == [Verdict.ROUNDING] * 2


def test_adam_remembers_their_squares_for_longer(tmp_path: Path) -> None:
    after = [[NOISE / 10, 0.5]] * 60
    report = compared(tmp_path, [[NOISE, 0.5], *after], [[3 * NOISE, 0.5], *after])
    assert report
    assert verdicts(report)[-1] is Verdict.ROUNDING


def test_plain_descent_does_not_remember_them(tmp_path: Path) -> None:
    report = compared(
        tmp_path, [0.5, NOISE], [0.5, -NOISE], make=lambda p: torch.optim.SGD(p, lr=0.1)
    )
    assert report
    assert verdicts(report) == [Verdict.IDENTICAL, None]


def test_what_weights_were_apart_before_is_no_part_of_the_step(tmp_path: Path) -> None:
    report = compared(tmp_path, [NOISE, 0.5, 0.5], [-NOISE, 0.5, 0.5])
    assert report
    assert verdicts(report) == [None, Verdict.WITHIN, Verdict.WITHIN]
    note = "base's, with what the two were apart before the step"
    assert [tensor.note for tensor in updated(report)][1:] == [note] * 2


def test_nor_is_what_happened_in_steps_that_were_not_recorded(tmp_path: Path) -> None:
    def elsewhere(model: Any, _optimizer: Any, step: int) -> None:
        model.weight.data += step == 1

    assert compared(tmp_path, [0.5] * 3, [0.5] * 3, elsewhere, every=2)
    report = compared(tmp_path, [0.5] * 3, [0.5] * 3, elsewhere)
    assert places(report) == [("update", 1)]


def test_nor_where_something_else_moved_both_alike(tmp_path: Path) -> None:
    def moved(model: Any, _optimizer: Any, step: int) -> None:
        model.weight.data += step == 1

    pair = [trained(tmp_path / str(noise), [noise, 0.5], moved) for noise in (NOISE, -NOISE)]
    report = padiff.compare_traces(*pair)
    assert report
    assert verdicts(report) == [None, Verdict.WITHIN]


@pytest.mark.parametrize(
    ("make", "setting"),
    [
        (adam, {"lr": 1.01e-3}),
        (adam, {"betas": (0.89, 0.999)}),
        (adam, {"betas": (0.9, 0.99)}),
        (adam, {"eps": 1e-2}),
        (adam, {"weight_decay": 0.1}),
        (sgd, {"lr": 0.101}),
        (sgd, {"momentum": 0}),
        (sgd, {"momentum": 0.89}),
        (sgd, {"nesterov": True}),
        (sgd, {"dampening": 0.1}),
    ],
)
@pytest.mark.parametrize("noise", [NOISE, 1.001 * NOISE, -NOISE])
def test_other_settings_are_a_fault_beside_any_rounding(
    tmp_path: Path, make: Callable[[Any], Any], setting: dict[str, Any], noise: float
) -> None:
    def otherwise(_model: Any, optimizer: Any, _step: int) -> None:
        optimizer.param_groups[0].update(setting)

    sizes = [0.5, -0.1, 0.9]
    report = compared(
        tmp_path,
        [[NOISE, s] for s in sizes],
        [[noise, s * (1 + 5e-8)] for s in sizes],
        otherwise,
        make=make,
    )
    assert [origin.phase for origin in report.origins] == ["update"]
    assert verdicts(report)[-1] is Verdict.WRONG


@pytest.mark.parametrize("noise", [NOISE, -NOISE])
def test_a_fault_of_a_later_step(tmp_path: Path, noise: float) -> None:
    def warmed_up(_model: Any, optimizer: Any, step: int) -> None:
        optimizer.param_groups[0]["lr"] = 1.01e-3 if step == 2 else 1e-3

    report = compared(tmp_path, [[NOISE, 0.5]] * 4, [[noise, 0.5]] * 4, warmed_up)
    assert places(report) == [("update", 2)]


def test_a_parameter_that_is_not_stepped(tmp_path: Path) -> None:
    def forgotten(model: Any, optimizer: Any, _step: int) -> None:
        optimizer.param_groups[0]["params"] = [model.bias]

    report = compared(tmp_path, [[NOISE, 0.5]], [[-NOISE, 0.5]], forgotten)
    assert [(origin.phase, origin.what) for origin in report.origins] == [("update", "weight")]


@pytest.mark.parametrize("noise", [NOISE, -NOISE])
@pytest.mark.parametrize("late", [0, 2])
@pytest.mark.parametrize("side", ["base", "raw"])
def test_weights_that_something_else_changed(
    tmp_path: Path, side: str, late: int, noise: float
) -> None:
    def moved(model: Any, _optimizer: Any, step: int) -> None:
        model.weight.data += step == late

    pair = trained(tmp_path / "still", [NOISE] * 3), trained(tmp_path / "moved", [noise] * 3, moved)
    report = padiff.compare_traces(*(pair if side == "raw" else pair[::-1]))
    assert places(report) == [("update", late)]
    assert "    the two differed before the step already" in str(report).splitlines()


def test_a_weight_that_is_no_number_is_not_excused(tmp_path: Path) -> None:
    def spoilt(_model: Any, optimizer: Any, _step: int) -> None:
        optimizer.param_groups[0]["lr"] = float("nan")

    report = compared(tmp_path, [NOISE], [-NOISE], spoilt)
    assert report.origins[0].phase == "update"
    assert verdicts(report) == [Verdict.WRONG]


def test_gradients_that_are_infinite_on_both_sides(tmp_path: Path) -> None:
    infinite = [[float("inf"), 0.5]] * 2
    assert compared(tmp_path, infinite, infinite)
    report = compared(
        tmp_path, [[NOISE, -float("inf")], *infinite], [[-NOISE, -float("inf")], *infinite]
    )
    assert places(report) == [("update", 0)]


def test_a_tolerance_that_was_stated_is_final(tmp_path: Path) -> None:
    traces = [trained(tmp_path / str(g), [[g, 0.5]]) for g in (NOISE, -NOISE)]
    assert padiff.compare_traces(*traces)
    assert padiff.compare_traces(*traces, atol=1e-2)
    assert places(padiff.compare_traces(*traces, atol=1e-4)) == [("update", 0)]
