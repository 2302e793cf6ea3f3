"""Traces without values: what their reports say beside the verdicts, as those of traces with values do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import paddle
import pytest
import torch
from torch.nn import BatchNorm1d, Linear, Module, Sequential

import padiff
from padiff.compare.verdict import Verdict
from padiff.errors import UsageError
from padiff.protocols import Array
from padiff.trace.index import Level
from tests.align.nets import Net, chain, twin

from .leveled import LEVELS, Training, X, compared, recorded, sgd

UNMEASURED = (
    "The rounding error could not be measured in float64: "
    "base is a trace, recorded without rounding=True"
)


def off(base: Net) -> Net:
    raw = twin(base)
    with torch.no_grad():
        raw.a.bias += 0.5
    return raw


@pytest.mark.parametrize("level", LEVELS)
class TestUnrun:
    def test_the_backward_pass(self, level: Level, tmp_path: Path) -> None:
        base = chain(6, 4)
        assert compared(base, off(base), tmp_path, level).unrun == ("backward",)

    def test_the_buffers(self, level: Level, tmp_path: Path) -> None:
        base = Net(lambda self, x: self.norm(self.a(x)), a=Linear(6, 4), norm=BatchNorm1d(4))
        assert compared(base, off(base), tmp_path, level).unrun == ("backward", "update")

    def test_the_weights(self, level: Level, tmp_path: Path) -> None:
        base = chain(6, 4)
        report = compared(base, off(base), tmp_path, level, (sgd(0.1), sgd(0.1)))
        assert report.unrun == ("backward", "update")

    def test_the_weights_after_other_gradients(self, level: Level, tmp_path: Path) -> None:
        base = Net(lambda self, x: self.a(x) * 1.0, a=Linear(6, 4))
        raw = twin(base)
        raw.run = lambda self, x: Twice.apply(self.a(x))  # type: ignore[no-untyped-call] # torch's
        report = compared(base, raw, tmp_path, level, (sgd(0.1), sgd(0.1)))
        assert report.origins[0].phase == "backward"
        assert report.unrun == ("update",)

    def test_nothing_where_all_agrees(self, level: Level, tmp_path: Path) -> None:
        base = chain(6, 4)
        report = compared(base, twin(base), tmp_path, level, (sgd(0.1), sgd(0.1)))
        assert (report.unrun, bool(report)) == ((), True)


class Twice(torch.autograd.Function):
    """Hands on twice the gradient."""

    @staticmethod
    def forward(_: Any, x: torch.Tensor) -> torch.Tensor:
        return x * 1.0

    @staticmethod
    def backward(_: Any, *gradients: Any) -> Any:
        return gradients[0] * 2


@pytest.mark.parametrize("level", LEVELS)
def test_a_layer_called_more_often_on_one_side_is_noted(level: Level, tmp_path: Path) -> None:
    base = Net(lambda self, x: self.a(x), a=Linear(6, 6))
    raw = twin(base)
    raw.run = lambda self, x: self.a(self.a(x))
    report = compared(base, raw, tmp_path, level)
    assert "a was called 1 time in base, 2 in raw." in report.notes


@pytest.mark.parametrize("level", LEVELS)
def test_outputs_without_a_tensor_in_common_are_refused(level: Level, tmp_path: Path) -> None:
    base, raw = Net(lambda _, x: {"a": x}), Net(lambda *_: None)
    with pytest.raises(UsageError) as caught:
        compared(base, raw, tmp_path, level)
    assert str(caught.value) == (
        "There is nothing to compare: the outputs of the two models hold no tensor, number or text in common.\n"
        "  where:    base Net, raw Net"
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("path", ["", "inner"])
def test_an_output_of_one_side_is_a_difference_of_the_models_themselves(
    path: str, level: Level, tmp_path: Path
) -> None:
    base = Net(lambda self, x: (self.a(x), x), a=Linear(6, 6))
    raw = twin(base)
    raw.run = lambda self, x: (self.a(x),)
    if path:
        base, raw = (Net(lambda self, x: self.inner(x)[0], inner=inner) for inner in (base, raw))
    report = compared(base, raw, tmp_path, level)
    assert bool(report) is bool(path)
    (unit,) = (u for u in report.units if (u.base_path, u.phase) == (path, "forward"))
    listed = [(tensor.name, tensor.verdict, tensor.note) for tensor in unit.produced[1:]]
    assert listed == [("output 1", None if path else Verdict.WRONG, "only base returns it")]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("side", ["base", "raw"])
@pytest.mark.parametrize("factor", [0.0, 1.0])
def test_a_gradient_of_one_side_is_a_difference_unless_it_is_zeros(
    factor: float, side: str, level: Level, tmp_path: Path
) -> None:
    """Positive values have a positive gradient here, and 0 times that is no -0, which has another hash."""
    one = Net(lambda self, x: self.a(x).abs() + factor * self.b(self.a(x).abs()), **layers())
    other = twin(one)
    other.run = lambda self, x: self.a(x).abs() + factor * self.b(self.a(x).abs()).detach()
    base, raw = (one, other) if side == "base" else (other, one)
    report = compared(base, raw, tmp_path, level)
    (unit,) = (u for u in report.units if (u.base_path, u.phase) == ("b", "backward"))
    ending, verdict = (", with zeros", None) if factor == 0 else ("", Verdict.WRONG)
    note = f"only {side}'s backward pass reached it{ending}"
    assert [(t.note, t.verdict) for t in (*unit.received, *unit.produced)] == [(note, verdict)] * 2


def layers() -> dict[str, Module]:
    return {"a": Linear(6, 6), "b": Net(lambda _, x: x * 1.0)}


@pytest.mark.parametrize("level", LEVELS[:2])
def test_rounding_that_was_not_measured_is_noted_where_values_differ(
    level: Level, tmp_path: Path
) -> None:
    base = chain(6, 4)
    assert UNMEASURED not in compared(base, twin(base), tmp_path / "same", level).notes
    assert UNMEASURED in compared(base, off(base), tmp_path, level).notes


@pytest.mark.parametrize("level", LEVELS)
def test_a_layer_whose_weights_and_buffers_differ_is_one_origin(
    level: Level, tmp_path: Path
) -> None:
    base, raw = (
        Sequential(BatchNorm1d(6, momentum=momentum), Linear(6, 4), Linear(4, 2))
        for momentum in (0.1, 0.2)
    )
    padiff.assign_weight(base, raw)
    report = compared(base, raw, tmp_path, level, (first_at(0.1), first_at(0.2)))
    assert [(o.raw_path, o.phase) for o in report.origins] == [("0", "update")]
    (unit,) = (u for u in report.units if (u.base_path, u.phase) == ("0", "update"))
    assert {t.name for t in unit.produced if t.is_weight} == {"weight", "bias"}
    assert {t.name for t in unit.produced if not t.agrees} >= {"weight", "running_mean"}


def first_at(rate: float) -> Training:
    def make(model: Any) -> torch.optim.SGD:
        own = {"params": model[0].parameters(), "lr": rate}
        return torch.optim.SGD([own, {"params": model[1:].parameters()}], lr=0.1)

    return make


@pytest.mark.filterwarnings("ignore:When training, we now always track global mean:UserWarning")
def test_statistics_of_variances_that_are_counted_otherwise_are_set_aside(tmp_path: Path) -> None:
    base, raw = BatchNorm1d(6), paddle.nn.BatchNorm1D(6)
    padiff.assign_weight(base, raw)
    with padiff.record(base, tmp_path / "base", level="statistics"):
        base(torch.from_numpy(X))
    with padiff.record(raw, tmp_path / "raw", level="statistics"):
        raw(paddle.to_tensor(X))
    report = padiff.compare_traces(tmp_path / "base", tmp_path / "raw")
    assert report
    (unit,) = (u for u in report.units if u.phase == "update")
    (aside,) = (tensor for tensor in unit.produced if tensor.measured is None)
    assert (aside.name, aside.verdict) == ("running_var", None)
    assert aside.note == (
        "torch keeps the unbiased running variance and paddle the biased one; "
        "values can be converted, their statistics cannot"
    )


def test_values_are_read_once_a_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = chain(6, 6, 6)
    traces = recorded(model, tmp_path / "b", "full"), recorded(model, tmp_path / "r", "statistics")
    seen: list[int] = []
    load = padiff.Trace.tensor

    def counted(trace: padiff.Trace, number: int) -> Array:
        seen.append(number)
        return load(trace, number)

    monkeypatch.setattr(padiff.Trace, "tensor", counted)
    assert padiff.compare_traces(*traces)
    assert len(seen) == len(set(seen)) > 6


@pytest.mark.parametrize("level", LEVELS)
def test_layers_of_other_names_are_named_on_both_sides(level: Level, tmp_path: Path) -> None:
    def inner(self: Any, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.a(x), x, x, x

    base = Net(lambda self, x: self.one(x)[0], one=Net(inner, a=Linear(6, 6)))
    raw = Net(lambda self, x: self.two(self.two(x))[0], two=twin(base.one))
    raw.two.run = lambda self, x: (self.a(x[0] if isinstance(x, tuple) else x),)
    report = padiff.compare_traces(
        recorded(base, tmp_path / "base", level),
        recorded(raw, tmp_path / "raw", level),
        layer_map={"two": "one"},
    )
    assert "one was called 1 time in base, 2 in raw." in report.notes
    (unit,) = (u for u in report.units if (u.base_path, u.phase) == ("one", "forward"))
    assert [(t.base_path, t.raw_path) for t in unit.produced] == [("one", "two")] * 4
    assert [t.name for t in unit.produced] == ["output 0", "output 1", "output 2", "output 3"]


@pytest.mark.parametrize("level", LEVELS)
def test_two_models_without_outputs_in_common_are_both_named(level: Level, tmp_path: Path) -> None:
    class Other(Net):
        pass

    with pytest.raises(UsageError) as caught:
        compared(Net(lambda _, x: x), Other(lambda *_: None), tmp_path, level)
    assert caught.value.where == "base Net, raw Other"


@pytest.mark.parametrize("level", LEVELS)
def test_a_layer_that_raw_alone_calls_from_outside_is_noted(level: Level, tmp_path: Path) -> None:
    base = Net(lambda self, x: self.b(self.a(x)), a=Linear(6, 6), b=Linear(6, 6))
    raw = twin(base)
    with padiff.record(raw, tmp_path / "raw", level=level), torch.no_grad():
        raw(torch.from_numpy(X))
        raw.a(torch.from_numpy(X))
    with padiff.record(base, tmp_path / "base", level=level), torch.no_grad():
        base(torch.from_numpy(X))
    report = padiff.compare_traces(tmp_path / "base", tmp_path / "raw")
    assert report
    assert "a was called 1 time in base, 2 in raw." in report.notes


@pytest.mark.parametrize("level", LEVELS)
def test_the_forward_pass_alone(level: Level, tmp_path: Path) -> None:
    base = chain(6, 4)
    traces = (
        recorded(model, tmp_path / str(i), level) for i, model in enumerate((base, twin(base)))
    )
    report = padiff.compare_traces(*traces, phase="forward")
    assert report
    assert {unit.phase for unit in report.units} == {"forward"}


@pytest.mark.parametrize("level", LEVELS)
def test_a_step_without_a_backward_pass_is_noted(level: Level, tmp_path: Path) -> None:
    model = chain(6, 4)
    for side in ("base", "raw"):
        with padiff.record(model, tmp_path / side, level=level, steps=2):
            torch.autograd.backward([model(torch.from_numpy(X)).sum()])
            model(torch.from_numpy(X))
    report = padiff.compare_traces(tmp_path / "base", tmp_path / "raw")
    assert report
    assert "No gradient flows to the outputs of either model." in report.notes
    assert {unit.step for unit in report.units if unit.phase == "backward"} == {0}
