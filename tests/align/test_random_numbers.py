"""Every run of a model begins with one random state, and what is drawn from it is spoken of."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.compare import Verdict
from tests.align.nets import Net, PaddleNet, values

X = values(64, 8)
EACH_ITS_OWN = (
    "Base and raw drew random numbers, each its own;"
    ' with dropout="synced" the masks of dropout are the same.'
)
BEYOND = "Base and raw drew random numbers, beyond the masks of dropout, which were the same."


def run(self: Any, x: Any) -> Any:
    return self.second(self.drop(self.first(x)))


def base(rate: float = 0.5, *, seed: int = 0) -> Net:
    torch.manual_seed(seed)
    return Net(
        run, first=torch.nn.Linear(8, 8), drop=torch.nn.Dropout(rate), second=torch.nn.Linear(8, 4)
    )


def raw(rate: float = 0.5) -> PaddleNet:
    return PaddleNet(
        run,
        first=paddle.nn.Linear(8, 8),
        drop=paddle.nn.Dropout(rate),
        second=paddle.nn.Linear(8, 4),
    )


@pytest.mark.parametrize("steps", [1, 2])
def test_two_models_of_one_framework_draw_the_same(steps: int) -> None:
    assert padiff.align(base(), base(), X, steps=steps)


def test_each_step_draws_anew() -> None:
    report = padiff.align(base(), base(), X, steps=2)
    assert report.losses[0] != report.losses[1]


def test_the_run_in_float64_draws_the_masks_of_the_first() -> None:
    report = padiff.align(base(), raw(), X, init=True)
    [unit] = [unit for unit in report.units if unit.base_path == "drop"]
    floor = unit.produced[0].floor
    assert floor is not None
    assert 0 < floor.max_abs < 1e-5


def test_the_backward_pass_is_confirmed_with_the_masks_of_the_first() -> None:
    # Of two nearly equal weights, so that the backward pass is run again, with base's values.
    ours, theirs = base(), base()
    with torch.no_grad():
        theirs.first.weight += 3e-7
    assert padiff.align(ours, theirs, X)


def test_what_two_frameworks_draw_is_their_own() -> None:
    report = padiff.align(base(), raw(), X, init=True)
    assert not report
    assert EACH_ITS_OWN in report.notes


def test_only_one_side_draws() -> None:
    ours, theirs = base(), raw()
    theirs.eval()
    padiff.assign_weight(ours, theirs)
    assert (
        "Random numbers were drawn while base ran, and none while raw did."
        in padiff.align(ours, theirs, X).notes
    )
    assert (
        "Random numbers were drawn while raw ran, and none while base did."
        in padiff.align(theirs, ours, X).notes
    )


def test_no_dropout_alone_may_be_random() -> None:
    def noisy(self: Any, x: Any) -> Any:
        noise = torch.randn(64, 8) if isinstance(x, torch.Tensor) else paddle.randn([64, 8])
        return self.second(self.first(x) + noise)

    ours, theirs = base(), raw()
    object.__setattr__(ours, "run", noisy)
    object.__setattr__(theirs, "run", noisy)
    report = padiff.align(ours, theirs, X, init=True, dropout="synced")
    assert BEYOND in report.notes


def test_nothing_is_said_where_all_agrees_or_nothing_is_drawn() -> None:
    assert padiff.align(base(), raw(), X, init=True, dropout="synced").notes == ()
    assert padiff.align(base(0), raw(0), X, init=True).notes == ()
    assert padiff.align(base(0), base(0, seed=1), X).notes == ()


def test_an_error_of_one_in_a_hundred_is_no_yardstick() -> None:
    """Noise that float64 draws otherwise is not base's rounding error."""

    def noisy(self: Any, x: Any) -> Any:
        noise = torch.randn(64, 8, dtype=x.dtype) if isinstance(x, torch.Tensor) else 0.0
        return self.second(self.first(x) + noise)

    ours, theirs = base(), raw()
    object.__setattr__(ours, "run", noisy)
    object.__setattr__(theirs, "run", noisy)
    report = padiff.align(ours, theirs, X, init=True)
    [origin] = report.origins
    assert origin.verdict is Verdict.WRONG
    assert "own rounding error there" not in str(report)
