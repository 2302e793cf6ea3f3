"""What a result keeps beside its numbers, so that it can be judged again."""

from __future__ import annotations

import pytest
import torch
from torch.nn import Linear
from torch.optim import SGD

import padiff
from padiff.compare.metrics import Metrics
from padiff.compare.rules import Rule, Tolerances
from padiff.compare.tolerance import Tolerance
from padiff.report.units import Phase, TensorResult
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)
DEFAULT = Tolerance(1e-5, 1.3e-6)


def results(report: padiff.AlignmentReport, phase: Phase) -> dict[tuple[str, str], TensorResult]:
    return {
        (unit.base_path, tensor.name): tensor
        for unit in report.units
        if unit.phase == phase
        for tensor in (*unit.received, *unit.produced)
    }


def test_the_paths_that_rules_are_matched_with() -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X)
    forward, backward = results(report, "forward"), results(report, "backward")
    assert forward["a", "output"].base_path == "a"
    assert backward["a", "gradient of output"].base_path == "a"
    assert backward["a", "gradient of weight"].base_path == "a.weight"


def test_the_paths_of_both_sides() -> None:
    base = Net(lambda self, x: self.first(x), first=Linear(4, 4))
    raw = Net(lambda self, x: self.second(x), second=twin(base.first))
    report = padiff.align(base, raw, X)
    found = results(report, "backward")["first", "gradient of bias"]
    assert (found.base_path, found.raw_path) == ("first.bias", "second.bias")


def test_a_tensor_that_passes_a_container_unchanged_is_judged_as_its_layers() -> None:
    base = Net(lambda self, x: self.a(x), a=Linear(4, 4))
    raw = twin(base)
    with torch.no_grad():
        raw.a.bias += 0.5
    loose = Tolerances((Rule("*"), Rule("a", atol=1.0)))
    report = padiff.align(base, raw, X, tolerance=loose, phase="forward")
    assert report
    assert results(report, "forward")["", "output"].base_path == "a"


def test_which_layers_have_none_within() -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X, phase="forward")
    assert {unit.base_path: unit.leaf for unit in report.units} == {"": False, "a": True}


def test_the_default_stays_known_under_rules() -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X, atol=1.0)
    assert results(report, "forward")["a", "output"].default == DEFAULT


def test_the_default_of_gradients_goes_by_their_scale() -> None:
    base = Net(lambda self, x: self.a(x) * 1e-3, a=Linear(4, 4))
    report = padiff.align(base, twin(base), X, loss=lambda y: y.sum())
    found = results(report, "backward")["a", "gradient of bias"].default
    assert found is not None
    # Three rows of ones by 1e-3, and the largest RMS is that of the weight or this.
    assert found.rtol == DEFAULT.rtol
    assert 3e-8 <= found.atol < 1e-7


@pytest.mark.parametrize("rules", [(), (Rule("*", atol=1.0),)])
def test_weights_after_a_step(rules: tuple[Rule, ...]) -> None:
    base = chain(4, 4)
    raw = twin(base)
    report = padiff.align(
        base,
        raw,
        X,
        optimizers=(SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.1)),
        tolerance=Tolerances(rules),
    )
    found = results(report, "update")["a", "weight"]
    assert found.is_weight
    assert found.base_path == "a.weight"
    assert found.default is not None
    # By the size of the step, not by the dtype.
    assert found.default.rtol == 4 * 2.0**-23
    assert not results(report, "backward")["a", "gradient of weight"].is_weight


def test_the_mean_of_what_has_no_rules() -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X, mode="mean", phase="forward")
    measured = results(report, "forward")["a", "output"].measured
    assert isinstance(measured, Metrics)
    assert measured.tolerance.mode == "mean"


@pytest.mark.parametrize("detail", [False, True])
def test_detail_is_measured_where_it_is_asked_for(detail: bool) -> None:
    base = chain(4, 4)
    raw = twin(base)
    optimizers = SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.1)
    report = padiff.align(base, raw, X, optimizers=optimizers, detail=detail)
    measured = [t.measured for u in report.units for t in (*u.received, *u.produced)]
    assert {unit.phase for unit in report.units} == {"forward", "backward", "update"}
    assert measured
    for found in measured:
        assert isinstance(found, Metrics)
        assert (found.envelope is not None) is (found.histogram is not None) is detail
