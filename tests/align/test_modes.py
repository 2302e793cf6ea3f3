"""The mean of the error, not the error of the means: what keeps the mean must still be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import padiff
from padiff.compare.tolerance import Mode
from tests.align.nets import Net, values

X = values(4, 4)
X -= X.mean()
KEEPS_THE_MEAN: dict[str, Callable[[Any], Any]] = {
    "sign": lambda x: -x,
    "permuted rows": lambda x: x.flip(0),
    "permuted columns": lambda x: x.flip(1),
    "transposed": lambda x: x.T,
    "rolled": lambda x: x.roll(1, -1),
}
MODES: tuple[Mode, ...] = ("strict", "mean", "abs_mean")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", KEEPS_THE_MEAN)
def test_what_keeps_the_mean_is_a_difference(name: str, mode: Mode) -> None:
    change = KEEPS_THE_MEAN[name]
    base = Net(lambda _, x: x * 1)
    assert not padiff.align(base, Net(lambda _, x: change(x * 1)), X, mode=mode)
    assert not padiff.align(
        base, Net(lambda _, x: change(x * 1)), X, mode=mode, atol=0.1, rtol=0.01
    )


@pytest.mark.parametrize("mode", MODES)
def test_a_softmax_of_other_weights_is_a_difference(mode: Mode) -> None:
    def head(seed: int) -> Net:
        torch.manual_seed(seed)
        return Net(lambda self, x: self.fc(x).softmax(-1), fc=torch.nn.Linear(4, 8))

    report = padiff.align(head(0), head(1), X, mode=mode, depth=0)
    assert not report


@pytest.mark.parametrize("mode", MODES)
def test_equal_models_agree(mode: Mode) -> None:
    assert padiff.align(Net(lambda _, x: x * 2), Net(lambda _, x: x + x), X, mode=mode)


def one_off(_: Any, x: Any) -> Any:
    y = x * 1
    y[0, 0] += 0.08
    return y


def test_one_element_off_by_little_passes_on_the_mean_and_not_strictly() -> None:
    base, raw = Net(lambda _, x: x * 1), Net(one_off)
    assert padiff.align(base, raw, X, mode="mean", atol=0.01, rtol=0.0)
    assert not padiff.align(base, raw, X, mode="strict", atol=0.01, rtol=0.0)


def test_strict_is_the_default() -> None:
    assert not padiff.align(Net(lambda _, x: x * 1), Net(one_off), X, atol=0.01, rtol=0.0)


@pytest.mark.parametrize("mode", MODES)
def test_nan_at_different_places(mode: Mode) -> None:
    def nan_at(index: int) -> Net:
        def run(_: Any, x: Any) -> Any:
            y = x * 1
            y[index] = float("nan")
            return y

        return Net(run)

    assert not padiff.align(nan_at(0), nan_at(1), X, mode=mode)
    assert not padiff.align(nan_at(0), nan_at(1), X, mode=mode, atol=1e9, rtol=1e9)
    same = padiff.align(nan_at(0), nan_at(0), X, mode=mode, phase="forward")
    assert same
    assert "NaN or infinities on both sides alike: output of (root)" in str(same)


@pytest.mark.parametrize("mode", MODES)
def test_infinities_of_other_signs(mode: Mode) -> None:
    base = Net(lambda _, x: x * float("inf"))
    assert not padiff.align(base, Net(lambda _, x: -x * float("inf")), X, mode=mode)
    assert padiff.align(base, Net(base.run), X, mode=mode, phase="forward")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.reshape(2, 8),
        lambda x: x.mean(),
        lambda x: x[:, :1],
        lambda x: x[None],
        lambda x: x.reshape(8, 2),
    ],
    ids=["2x8", "a scalar", "4x1", "1x4x4", "8x2"],
)
def test_shapes_that_differ(change: Callable[[Any], Any], mode: Mode) -> None:
    base = Net(lambda _, x: torch.ones_like(x))
    report = padiff.align(base, Net(lambda _, x: change(torch.ones_like(x))), X, mode=mode)
    assert not report
    assert "shape" in str(report)


def test_an_unknown_mode() -> None:
    mode: Any = "median"
    with pytest.raises(padiff.PadiffError):
        padiff.align(Net(lambda _, x: x), Net(lambda _, x: x), X, mode=mode, atol=0.1)
    with pytest.raises(padiff.PadiffError):
        padiff.align(Net(lambda _, x: x), Net(lambda _, x: x), X, mode=mode)
