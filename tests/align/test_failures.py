"""A model that raises: the error names the side and the layer, and the cause is attached."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import Linear

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


def test_base_raises_in_a_layer() -> None:
    assert lines(net(Net(failing)), fine()) == [
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


def test_the_model_runs_bare_afterwards_and_can_be_aligned() -> None:
    raw = net(Net(failing))
    lines(fine(), raw)
    raw.body.deep.run = lambda _, x: x
    assert raw(torch.tensor(X)).shape == (3, 4)
    assert padiff.align(fine(), raw, X)
