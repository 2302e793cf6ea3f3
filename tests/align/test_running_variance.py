"""torch's running variance is unbiased and paddle's is not: that alone is no difference."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from tests.align.nets import Net, PaddleNet, values

pytestmark = pytest.mark.filterwarnings(
    "ignore:When training, we now always track global mean:UserWarning"
)
X = values(5, 3)


def pair(momentum: float = 0.1) -> tuple[Any, Any]:
    base = Net(lambda self, x: self.norm(x), norm=torch.nn.BatchNorm1d(3))
    raw = PaddleNet(
        lambda self, x: self.norm(x), norm=paddle.nn.BatchNorm1D(3, momentum=1 - momentum)
    )
    with torch.no_grad():
        base.norm.running_var.fill_(2.0)
    padiff.assign_weight(base, raw)
    return base, raw


@pytest.mark.parametrize("torch_first", [True, False])
def test_the_two_conventions_raise_no_alarm(torch_first: bool) -> None:
    models = pair()
    report = padiff.align(*(models if torch_first else models[::-1]), X)
    assert report, str(report)
    notes = {t.name: t.note for u in report.units if u.phase == "update" for t in u.produced}
    assert notes["running_var"] == "base's, corrected for the unbiased variance"
    assert notes["running_mean"] == ""


def test_it_is_measured_as_a_buffer() -> None:
    report = padiff.align(*pair(), X)
    names = [t.name for u in report.units if u.phase == "update" for t in u.produced if t.measured]
    assert {"running_mean", "running_var"} <= set(names)


def test_another_momentum_is_a_difference() -> None:
    base, _ = pair()
    _, raw = pair(momentum=0.2)
    report = padiff.align(base, raw, X)
    assert not report
    (origin,) = report.origins
    assert (origin.raw_path, origin.phase) == ("norm", "update")


def test_a_variance_that_differs_before_is_a_difference() -> None:
    base, raw = pair()
    with torch.no_grad():
        base.norm.running_var += 1
    (origin,) = padiff.align(base, raw, X).origins
    assert (origin.phase, origin.what) == ("update", "running_var")


def test_a_mean_that_differs_before_is_a_difference() -> None:
    base, raw = pair()
    with torch.no_grad():
        base.norm.running_mean += 5
    (origin,) = padiff.align(base, raw, X).origins
    assert (origin.phase, origin.what) == ("update", "running_mean")


def test_in_torch_alone_nothing_is_corrected() -> None:
    (base, _), (raw, _) = pair(), pair()
    report = padiff.align(base, raw, X)
    assert report
    assert {t.note for u in report.units for t in u.produced} == {""}


def test_in_eval_mode_the_statistics_are_used_not_changed() -> None:
    base, raw = pair()
    base.eval()
    raw.eval()
    assert padiff.align(base, raw, X)
    with torch.no_grad():
        base.norm.running_var += 1
    (origin,) = padiff.align(base, raw, X).origins
    assert (origin.raw_path, origin.phase) == ("norm", "forward")


def test_a_layer_called_twice_cannot_be_converted_and_says_so() -> None:
    base, raw = pair()
    base.run = raw.run = lambda self, x: self.norm(self.norm(x) * 2)
    report = padiff.align(base, raw, X)
    assert report, str(report)
    assert "the layer was not called exactly once" in str(report)
