"""Tensors of traces at every level: how they are named, paired and measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import Linear

import padiff
from padiff.compare.metrics import Incomparable
from padiff.compare.rules import Rule, Tolerances
from padiff.compare.verdict import Verdict
from padiff.errors import UsageError
from padiff.trace.index import Level
from tests.align.nets import Net, chain, twin

from .leveled import LEVELS, X, compared, recorded


@pytest.mark.parametrize("level", LEVELS)
def test_tensors_are_named_by_their_slots(level: Level, tmp_path: Path) -> None:
    def run(self: Any, x: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.inner(self.a(x))["y"]
        return result

    inner = Net(lambda _, x: {"y": x * 1.0})
    base = Net(run, a=Linear(6, 6), inner=inner)
    raw = twin(base)
    raw.run = lambda self, x: self.inner(self.a(x), flag=torch.ones(1))[0]
    raw.inner.run = lambda _, x, flag: (x * flag,)
    report = compared(base, raw, tmp_path, level)
    assert report
    names = {
        (unit.base_path, unit.phase): (
            [tensor.name for tensor in unit.received],
            [tensor.name for tensor in unit.produced],
        )
        for unit in report.units
    }
    assert names["", "forward"] == (["input args.0"], ["output"])
    assert names["inner", "forward"] == (["input args.0"], ["output y"])
    assert names["inner", "backward"] == (["gradient of output y"], ["gradient of input args.0"])


@pytest.mark.parametrize("level", ["full", "statistics"])
def test_gradients_of_a_layer_are_measured_by_the_largest_of_them(
    level: Level, tmp_path: Path
) -> None:
    model = Net(
        lambda self, x: self.b(self.a(x)), a=Linear(6, 6), b=Net(lambda _, x: (x * 1, x * 1))
    )
    for side, share in (("base", 1e-6), ("raw", 2e-6)):
        with padiff.record(model, tmp_path / side, level=level):
            one, other = model(torch.from_numpy(X))
            torch.autograd.backward([one.sum() + share * other.sum()])
    assert padiff.compare_traces(tmp_path / "base", tmp_path / "raw")


@pytest.mark.parametrize("level", LEVELS)
def test_gradients_however_small_are_measured_by_their_own_size(
    level: Level, tmp_path: Path
) -> None:
    model = Net(lambda self, x: self.b(self.a(x)), a=Linear(6, 6), b=Net(lambda _, x: x * 1))
    for side, share in (("base", 1e-6), ("raw", 2e-6)):
        with padiff.record(model, tmp_path / side, level=level):
            torch.autograd.backward([share * model(torch.from_numpy(X)).sum()])
    report = padiff.compare_traces(tmp_path / "base", tmp_path / "raw")
    (unit,) = (u for u in report.units if (u.base_path, u.phase) == ("b", "backward"))
    assert not any(tensor.agrees for tensor in (*unit.received, *unit.produced))
    weights = [t for u in report.units for t in u.produced if t.name == "gradient of weight"]
    assert [tensor.agrees for tensor in weights] == [False]


@pytest.mark.parametrize("level", LEVELS)
def test_masks_need_not_be_alike_and_outputs_must(level: Level, tmp_path: Path) -> None:
    def net(run: Any, inner: Any) -> Net:
        return Net(run, inner=Net(inner))

    base = net(lambda self, x: self.inner(x, torch.ones(6)), lambda _, x, mask: x * mask)
    raw = net(lambda self, x: self.inner(x, torch.ones(6) > 0), lambda _, x, mask: x * mask)
    report = compared(base, raw, tmp_path / "masks", level)
    assert report
    (unit,) = (u for u in report.units if u.base_path == "inner")
    assert [tensor.name for tensor in unit.received] == ["input args.0"]
    raw = net(lambda self, x: self.inner(x, torch.ones(6)), lambda _, x, mask: (x * mask).double())
    (first, *_) = compared(base, raw, tmp_path / "outputs", level).origins
    assert isinstance(first.metrics, Incomparable)
    assert (first.metrics.base_dtype, first.metrics.raw_dtype) == ("float32", "float64")


@pytest.mark.parametrize(
    ("level", "note"),
    [
        ("full", ""),
        ("statistics", "of mean, mean size, RMS, least and greatest value"),
        ("hash", "of the hash's bytes, which tell equal from different and nothing more"),
    ],
)
def test_it_is_said_what_was_compared_of_a_tensor(level: Level, note: str, tmp_path: Path) -> None:
    base = chain(6, 4)
    report = compared(base, twin(base), tmp_path, level)
    assert {t.note for unit in report.units for t in (*unit.received, *unit.produced)} == {note}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("side", ["base", "raw"])
def test_a_parameter_that_has_a_gradient_on_one_side_alone(
    side: str, level: Level, tmp_path: Path
) -> None:
    base = Net(lambda self, x: self.a(x), a=Linear(6, 6))
    raw = Net(lambda self, x: self.z(x), z=twin(base.a))
    (raw.z if side == "base" else base.a).bias.requires_grad_(False)
    report = padiff.compare_traces(
        recorded(base, tmp_path / "base", level),
        recorded(raw, tmp_path / "raw", level),
        layer_map={"z": "a"},
    )
    assert not report
    found = {
        tensor.name: (tensor.base_path, tensor.raw_path, tensor.verdict, tensor.note)
        for unit in report.units
        for tensor in unit.produced
    }
    note = f"only {side} has a gradient here"
    assert found["gradient of bias"] == ("a.bias", "z.bias", Verdict.WRONG, note)
    assert found["gradient of weight"][:2] == ("a.weight", "z.weight")


@pytest.mark.parametrize("level", LEVELS)
def test_what_layers_pass_on_goes_by_the_rules_of_the_first_as_in_a_live_comparison(
    level: Level, tmp_path: Path
) -> None:
    model = Net(lambda self, x: self.b(self.a(x)), a=Linear(6, 6), b=Linear(6, 6))
    pair = [recorded(model, tmp_path / side, level) for side in ("base", "raw")]
    live = padiff.align(model, twin(model), X)
    for report in (live, padiff.compare_traces(*pair)):
        found = {
            unit.base_path: [tensor.base_path for tensor in (*unit.received, *unit.produced)]
            for unit in report.units
            if unit.phase == "forward"
        }
        assert found == {"": ["", "b"], "a": ["", "a"], "b": ["a", "b"]}


@pytest.mark.parametrize("level", LEVELS)
def test_a_rule_of_the_users_decides(level: Level, tmp_path: Path) -> None:
    model = chain(6, 6)
    pair = [recorded(model, tmp_path / side, level) for side in ("base", "raw")]
    assert padiff.compare_traces(*pair, tolerance=Tolerances((Rule("*", atol=1.0),)))
    with pytest.raises(UsageError, match="rules that decide for no tensor"):
        padiff.compare_traces(*pair, tolerance=Tolerances((Rule("b*", atol=1.0),)))
