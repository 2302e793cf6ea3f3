"""A model that raises: the error names the side and the layer, and the cause is attached."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch
from torch.nn import Linear
from torch.optim import LBFGS, SGD

import padiff
from padiff.errors import RunError
from tests.align.nets import Net, values

X = values(3, 4)


def failing(*_: Any) -> Any:
    raise ZeroDivisionError("on purpose")


def net(inner: Any) -> Net:
    torch.manual_seed(0)
    return Net(
        lambda self, x: self.body(x),
        body=Net(lambda s, x: s.fc(s.deep(x)), fc=Linear(4, 4), deep=inner),
    )


def fine() -> Net:
    return net(Net(lambda _, x: x))


def lines(base: Any, raw: Any, **options: Any) -> list[str]:
    with pytest.raises(RunError) as caught:
        padiff.align(base, raw, X, **options)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("phase", ["both", "forward"])
def test_base_raises_in_a_layer(phase: str) -> None:
    assert lines(net(Net(failing)), fine(), phase=phase) == [
        "The forward pass of base raised.",
        "  where:    base body.deep",
        "  got:      ZeroDivisionError: on purpose",
    ]


def test_raw_raises_in_a_layer() -> None:
    assert lines(fine(), net(Net(failing))) == [
        "The forward pass of raw raised.",
        "  where:    raw body.deep",
        "  got:      ZeroDivisionError: on purpose",
    ]


def test_the_model_itself_raises() -> None:
    assert lines(Net(failing), Net(failing)) == [
        "The forward pass of base raised.",
        "  where:    base (root)",
        "  got:      ZeroDivisionError: on purpose",
    ]


@pytest.mark.parametrize(("losses", "side"), [((failing, None), "base"), ((None, failing), "raw")])
def test_a_loss_raises(losses: Any, side: str) -> None:
    assert lines(fine(), fine(), loss=losses) == [
        f"The loss function of {side} raised.",
        f"  where:    the {side} model's output",
        "  got:      ZeroDivisionError: on purpose",
    ]


class Broken(torch.autograd.Function):
    @staticmethod
    def forward(_: Any, x: Any) -> Any:
        return x * 1

    @staticmethod
    def backward(_: Any, *__: Any) -> Any:
        raise ZeroDivisionError("on purpose")


broken: Any = Broken.apply


def test_a_backward_pass_raises() -> None:
    raw = net(Net(lambda _, x: x))
    raw.body.run = lambda s, x: broken(s.fc(s.deep(x)))
    assert lines(fine(), raw) == [
        "The backward pass of raw raised.",
        "  where:    the raw model, Net",
        "  got:      ZeroDivisionError: on purpose",
        '  hint:     pass phase="forward" to compare the forward pass alone',
    ]
    assert padiff.align(fine(), raw, X, phase="forward")


@pytest.mark.parametrize(("broken", "side"), [(0, "base"), (1, "raw")])
def test_an_optimizer_raises(broken: int, side: str) -> None:
    models = fine(), fine()
    steps: list[Any] = [SGD(model.parameters(), 0.1) for model in models]
    steps[broken] = failing
    assert lines(*models, optimizers=steps) == [
        f"The optimizer of {side} raised.",
        f"  where:    the {side} model, Net",
        "  got:      ZeroDivisionError: on purpose",
    ]


def in_paddle() -> tuple[Any, Any]:
    model = paddle.nn.Linear(4, 4)
    return model, paddle.optimizer.LBFGS(parameters=model.parameters())


def in_torch() -> tuple[Any, Any]:
    model = Linear(4, 4)
    return model, LBFGS(model.parameters())


@pytest.mark.parametrize("make", [in_torch, in_paddle])
def test_an_optimizer_that_needs_a_closure(make: Any) -> None:
    base, raw = Linear(4, 4), make()
    optimizers = SGD(base.parameters(), 0.1), raw[1]
    with pytest.raises(RunError) as caught:
        padiff.align(base, raw[0], X, init=True, optimizers=optimizers)
    assert str(caught.value).splitlines() == [
        "The optimizer of raw raised.",
        f"  where:    the raw model, {type(raw[0]).__name__}",
        "  got:      TypeError: LBFGS.step() missing 1 required positional argument: 'closure'",
        (
            "  hint:     pass a function without argument that makes the step, such as"
            " lambda: optimizer.step(closure)"
        ),
    ]


def test_a_model_that_needs_gradients_in_a_forward_pass_alone() -> None:
    slopes = Net(lambda s, x: torch.autograd.grad(s.fc(x).sum(), s.fc.weight)[0], fc=Linear(4, 4))
    with pytest.raises(RunError) as caught:
        padiff.align(slopes, slopes, X, phase="forward")
    assert str(caught.value).splitlines()[2:] == [
        (
            "  got:      RuntimeError: element 0 of tensors does not require grad"
            " and does not have a grad_fn"
        ),
        (
            '  hint:     gradients are recorded with phase="both" alone;'
            " pass that if the model computes some"
        ),
    ]


def test_the_model_runs_bare_afterwards_and_can_be_aligned() -> None:
    raw = net(Net(failing))
    lines(fine(), raw)
    raw.body.deep.run = lambda _, x: x
    assert raw(torch.tensor(X)).shape == (3, 4)
    assert padiff.align(fine(), raw, X)
