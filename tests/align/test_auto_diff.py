"""`auto_diff`: PaDiff's own interface."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.errors import RunError, UsageError
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)
PAIR = ({"x": X}, {"x": X})


def off_by(error: float) -> tuple[Net, Net]:
    base = Net(lambda self, x: self.a(x), a=torch.nn.Linear(4, 4))
    raw = twin(base)
    with torch.no_grad():
        raw.a.bias += error
    return base, raw


def lines(*args: Any, **options: Any) -> list[str]:
    with pytest.raises(UsageError) as caught:
        padiff.auto_diff(*args, **options)
    return str(caught.value).splitlines()


def test_models_that_agree_give_exactly_true_and_print_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert padiff.auto_diff(*off_by(0), PAIR) is True
    assert capsys.readouterr().out == ""


def test_models_that_differ_give_exactly_false_and_print_the_report(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert padiff.auto_diff(*off_by(1), PAIR, auto_init=False) is False
    assert "Not aligned" in capsys.readouterr().out


def test_weights_are_transferred_by_default() -> None:
    base, raw = off_by(1)
    assert padiff.auto_diff(base, raw, PAIR) is True
    assert torch.equal(base.a.bias, raw.a.bias)


def test_and_are_not_if_told() -> None:
    base, raw = off_by(1)
    assert padiff.auto_diff(base, raw, PAIR, auto_init=False) is False
    assert not torch.equal(base.a.bias, raw.a.bias)


def test_a_correct_pair_of_two_frameworks_passes_the_default_tolerance() -> None:
    base = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.GELU(), torch.nn.Linear(64, 8))
    raw = paddle.nn.Sequential(paddle.nn.Linear(64, 64), paddle.nn.GELU(), paddle.nn.Linear(64, 8))
    x = values(16, 64)
    assert padiff.auto_diff(base, raw, (x, x)) is True
    assert padiff.auto_diff(base, raw, (x, x), compare_mode="strict", single_step=True) is True


@pytest.mark.parametrize("inputs", [((X,), (X,)), [X, X], PAIR], ids=["tuples", "arrays", "dicts"])
def test_inputs(inputs: Any) -> None:
    assert padiff.auto_diff(*off_by(0), inputs) is True


def test_tolerances_do_not_leak_into_the_next_call() -> None:
    base, raw = off_by(1)
    assert padiff.auto_diff(base, raw, PAIR, auto_init=False, atol=100.0) is True
    assert padiff.auto_diff(base, raw, PAIR, auto_init=False) is False


def test_a_stated_tolerance_is_final() -> None:
    base, raw = off_by(1e-4)
    assert padiff.auto_diff(base, raw, PAIR, auto_init=False, atol=1e-3) is True
    assert padiff.auto_diff(base, raw, PAIR, auto_init=False, atol=1e-6) is False
    assert padiff.auto_diff(base, raw, PAIR, auto_init=False, rtol=10.0) is True


@pytest.mark.parametrize("mode", ["mean", "strict", "abs_mean"])
def test_a_sign_flip_is_seen_in_every_mode(mode: Any) -> None:
    base = Net(lambda self, x: self.a(x), a=torch.nn.Linear(4, 4))
    raw = Net(lambda self, x: -self.a(x), a=torch.nn.Linear(4, 4))
    assert padiff.auto_diff(base, raw, PAIR, compare_mode=mode) is False


def test_the_losses_are_called() -> None:
    called: list[str] = []

    def loss(side: str) -> Any:
        def mean(output: Any) -> Any:
            called.append(side)
            return output.mean()

        return mean

    assert padiff.auto_diff(*off_by(0), PAIR, loss_fns=(loss("base"), loss("raw"))) is True
    assert set(called) == {"base", "raw"}


def test_steps_are_made() -> None:
    base, raw = off_by(0)
    stepped: list[int] = []
    optimizers = (lambda: stepped.append(0), lambda: stepped.append(1))
    assert padiff.auto_diff(base, raw, PAIR, optimizers=optimizers, steps=5) is True
    assert stepped == [0, 1] * 5


def test_optimizers_that_differ() -> None:
    base, raw = chain(4, 4, 4), chain(4, 4, 4)
    optimizers = (
        torch.optim.SGD(base.parameters(), 0.1),
        torch.optim.SGD(raw.parameters(), 0.2),
    )
    pair = ((X,), (X,))
    assert padiff.auto_diff(base, raw, pair, optimizers=optimizers) is False
    assert padiff.auto_diff(base, raw, pair, optimizers=optimizers, single_step=True) is False


def test_an_unknown_option() -> None:
    options: dict[str, Any] = {"loss_fn": None, "Atol": 1}
    assert lines(*off_by(0), PAIR, **options) == [
        "auto_diff was given options it does not have.",
        "  got:      loss_fn, Atol",
        "  expected: auto_init, atol, rtol, compare_mode, diff_phase, single_step, steps",
    ]


@pytest.mark.parametrize(
    ("name", "value", "got"),
    [
        ("inputs", {"x": X}, "dict"),
        ("inputs", X, "ndarray"),
        ("inputs", (X,), "tuple"),
        ("loss_fns", torch.sum, "builtin_function_or_method"),
        ("optimizers", [None], "list"),
    ],
    ids=["dict", "array", "one input", "one loss", "one optimizer"],
)
def test_what_is_no_pair(name: str, value: Any, got: str) -> None:
    arguments: dict[str, Any] = {"inputs": PAIR, name: value}
    assert lines(*off_by(0), **arguments) == [
        f"{name} is no pair.",
        f"  got:      {got}",
        "  expected: (base's, raw's)",
    ]


def test_backward_needs_single_step() -> None:
    assert lines(*off_by(0), PAIR, diff_phase="backward")[0] == (
        'phase="backward" only looks at the backward pass, which needs single_step=True.'
    )
    assert padiff.auto_diff(*off_by(0), PAIR, diff_phase="backward", single_step=True) is True


def test_what_is_no_model() -> None:
    nothing: Any = 3
    with pytest.raises(padiff.PadiffError):
        padiff.auto_diff(nothing, off_by(0)[1], PAIR)


def test_a_model_that_raises() -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    with pytest.raises(RunError):
        padiff.auto_diff(Net(fail), Net(fail), PAIR)


def test_proxies_are_taken() -> None:
    base, raw = (padiff.create_model(model) for model in off_by(1))
    assert padiff.auto_diff(base, raw, PAIR) is True
