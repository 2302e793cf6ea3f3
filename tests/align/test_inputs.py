"""What a model may be called with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from padiff.errors import UsageError
from tests.align.nets import Net, PaddleNet, values

X, Y = values(3, 4), values(3, 4, seed=1)
EXPECTED = float(np.sum(X - 2 * Y))


def minus(seen: list[tuple[type, float]]) -> Callable[..., Any]:
    def run(_: Any, x: Any, y: Any) -> Any:
        seen.append((type(x), float((x - 2 * y).sum())))
        return x - 2 * y

    return run


def both(inputs: Any, **options: Any) -> tuple[tuple[type, float], tuple[type, float]]:
    """What the torch and the paddle side were called with."""
    base: list[tuple[type, float]] = []
    raw: list[tuple[type, float]] = []
    report = padiff.align(Net(minus(base)), PaddleNet(minus(raw)), inputs, **options)
    assert report, report
    return base[0], raw[0]


@pytest.mark.parametrize("make", [np.array, torch.tensor, paddle.to_tensor], ids="npt")
@pytest.mark.parametrize(
    "inputs",
    [
        lambda x, y: (x, y),
        lambda x, y: [x, y],
        lambda x, y: {"y": y, "x": x},
        lambda x, y: ((x, y), (x, y)),
        lambda x, y: ([x, y], [x, y]),
        lambda x, y: ({"x": x, "y": y}, {"y": y, "x": x}),
    ],
    ids=["tuple", "list", "dict", "two tuples", "two lists", "two dicts"],
)
def test_both_sides_get_the_values_in_tensors_of_their_own(
    make: Callable[[Any], Any], inputs: Callable[[Any, Any], Any]
) -> None:
    (base, base_sum), (raw, raw_sum) = both(inputs(make(X), make(Y)))
    assert (base, raw) == (torch.Tensor, paddle.Tensor)
    assert [base_sum, raw_sum] == pytest.approx([EXPECTED, EXPECTED], abs=1e-4)


@pytest.mark.parametrize("make", [np.array, torch.tensor, paddle.to_tensor], ids="npt")
def test_a_single_tensor_is_the_only_argument(make: Callable[[Any], Any]) -> None:
    report = padiff.align(
        Net(lambda _, x, *rest: x * 2 + len(rest)),
        PaddleNet(lambda _, x, *rest: x * 2 + len(rest)),
        make(X),
    )
    assert report
    assert report.units[0].produced[0].measured is not None


def test_two_tensors_one_of_each_framework_are_a_pair() -> None:
    base, raw = Net(lambda _, x: x * 2), PaddleNet(lambda _, x: x * 2)
    assert padiff.align(base, raw, (torch.tensor(X), paddle.to_tensor(X)))


def test_two_tensors_of_one_framework_are_two_arguments() -> None:
    net = Net(lambda _, x, y: x + y)
    assert padiff.align(net, Net(lambda _, x, y: x + y), (torch.tensor(X), torch.tensor(Y)))


def test_what_is_a_pair_can_be_stated() -> None:
    base, raw = Net(lambda _, x: x), Net(lambda _, x: x)
    assert padiff.align(base, raw, (X, X), paired=True)
    assert not padiff.align(base, raw, (X, Y), paired=True)


def test_tuples_that_are_two_arguments_can_be_stated() -> None:
    base, raw = (Net(lambda _, x, y: x[0] - y[0]) for _ in range(2))
    assert padiff.align(base, raw, ((X,), (Y,)), paired=False)


def test_values_that_are_no_tensors_are_passed_on() -> None:
    seen: list[Any] = []

    def run(_: Any, x: Any, **kwargs: Any) -> Any:
        seen.append(kwargs)
        return x

    assert padiff.align(Net(run), Net(run), {"x": X, "scale": 2, "mask": None})
    assert seen[0] == seen[1] == {"scale": 2, "mask": None}


def test_a_nested_input() -> None:
    base, raw = Net(lambda _, x: x["a"][0] * 2), PaddleNet(lambda _, x: x["a"][0] * 2)
    assert padiff.align(base, raw, ({"a": [X]},))


def test_integers_keep_their_dtype() -> None:
    base, raw = torch.nn.Embedding(5, 3), paddle.nn.Embedding(5, 3)
    assert padiff.align(base, raw, np.array([[0, 4]]), init=True)


def test_a_model_that_writes_its_input_leaves_the_users_tensor_and_the_other_side_alone() -> None:
    mine = torch.tensor(X)
    report = padiff.align(Net(lambda _, x: x.mul_(3)), Net(lambda _, x: x * 3), mine)
    assert report
    assert np.array_equal(mine.numpy(), X)


def test_a_users_array_is_not_written() -> None:
    mine = X.copy()
    assert padiff.align(Net(lambda _, x: x.mul_(3)), Net(lambda _, x: x * 3), mine)
    assert np.array_equal(mine, X)


def test_an_input_that_wants_a_gradient_gets_none() -> None:
    mine = torch.tensor(X, requires_grad=True)
    assert padiff.align(Net(lambda _, x: x * 3), Net(lambda _, x: x * 3), mine)
    assert mine.grad is None


def test_an_input_that_wants_a_gradient_wants_it_in_the_other_framework_too() -> None:
    base, raw = torch.nn.Linear(4, 2), paddle.nn.Linear(4, 2)
    theirs = paddle.to_tensor(X, stop_gradient=False)
    padiff.assign_weight(base, raw)
    for inputs in (torch.tensor(X, requires_grad=True), theirs):
        report = padiff.align(base, raw, inputs)
        assert report, str(report)
        (unit,) = (u for u in report.units if u.phase == "backward")
        assert "gradient of input args.0" in [tensor.name for tensor in unit.produced]


def written(self: Any, x: Any) -> Any:
    x += 1
    return self.fc(x).tanh()


@pytest.mark.parametrize("options", [{"tolerance": "auto"}, {"steps": 3}], ids=["again", "steps"])
def test_a_model_that_writes_its_input_is_called_with_the_same_each_time(
    options: dict[str, Any],
) -> None:
    base = Net(written, fc=torch.nn.Linear(4, 2))
    for raw in (
        Net(lambda self, x: self.fc(x + 1).tanh(), fc=torch.nn.Linear(4, 2)),
        Net(written, fc=torch.nn.Linear(4, 2)),
    ):
        report = padiff.align(base, raw, {"x": X}, init=True, **options)
        assert report, report


@pytest.mark.parametrize("make", [np.array, torch.tensor, paddle.to_tensor], ids="npt")
@pytest.mark.parametrize("tolerance", [None, "auto"])
def test_arguments_that_are_one_tensor_stay_one(make: Callable[[Any], Any], tolerance: Any) -> None:
    seen: list[bool] = []

    def run(_: Any, x: Any, *, same: Any, other: Any) -> Any:
        seen.append(x is same and x is not other)
        return x + same + other

    x = make(X)
    inputs = {"x": x, "same": x, "other": make(X)}
    assert padiff.align(Net(run), PaddleNet(run), inputs, tolerance=tolerance)
    assert set(seen) == {True}


@pytest.mark.parametrize(("inputs", "got"), [({}, "dict"), ((), "tuple"), (3, "int")])
def test_no_tensor_at_all(inputs: Any, got: str) -> None:
    net = Net(lambda _: torch.ones(1))
    with pytest.raises(UsageError) as caught:
        padiff.align(net, net, inputs)
    assert str(caught.value).splitlines() == [
        "The inputs hold no tensor.",
        f"  got:      {got}",
        (
            "  expected: a tensor or array, a tuple of positional or a dict of keyword arguments, or a "
            "pair of such, one for base and one for raw"
        ),
    ]
