"""Nothing of the models, the optimizers or the generators differs after a call."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from padiff.errors import RunError
from tests.align.nets import Net, PaddleNet, values
from tests.capture.traces import attributes
from tests.small.marks import marks_of

X = values(6, 4)


def block(self: Any, x: Any) -> Any:
    return self.head(self.drop(self.norm(self.fc(x)).tanh()))


def failing(self: Any, x: Any) -> Any:
    block(self, x)
    raise ZeroDivisionError


def in_torch(run: Callable[..., Any] = block) -> Net:
    torch.manual_seed(0)
    net = Net(
        run,
        fc=torch.nn.Linear(4, 4),
        norm=torch.nn.BatchNorm1d(4),
        drop=torch.nn.Dropout(0.5),
        head=torch.nn.Linear(4, 2),
    )
    net.fc.register_forward_hook(lambda *_: None)
    net.fc.weight.grad = torch.full((4, 4), 7.0)
    net.head.eval()
    return net


def in_paddle(run: Callable[..., Any] = block) -> PaddleNet:
    paddle.seed(0)
    net = PaddleNet(
        run,
        fc=paddle.nn.Linear(4, 4),
        norm=paddle.nn.BatchNorm1D(4),
        drop=paddle.nn.Dropout(0.5),
        head=paddle.nn.Linear(4, 2),
    )
    net.fc.register_forward_post_hook(lambda *_: None)
    net.fc(paddle.to_tensor(X)).sum().backward()
    net.head.eval()
    return net


def state(model: Any) -> dict[str, Any]:
    layers = model.named_modules() if isinstance(model, Net) else model.named_sublayers("", True)
    found = {path: attributes(layer) for path, layer in layers}
    return {"attributes": found, "tensors": marks_of(model)}


def generators() -> tuple[Any, ...]:
    words = str(paddle.get_rng_state()[0]).split()
    return (
        torch.get_rng_state().tolist(),
        words[:3] + words[4:],  # the fourth is an address
        random.getstate(),
        repr(np.random.get_state()),  # noqa: NPY002
        torch.is_grad_enabled(),
        paddle.is_grad_enabled(),
    )


def both(models: tuple[Any, Any], in_order: bool) -> tuple[Any, Any]:
    return models if in_order else (models[1], models[0])


OPTIONS: dict[str, dict[str, Any]] = {
    "default": {},
    "forward": {"phase": "forward"},
    "single step": {"single_step": True},
    "auto": {"tolerance": "auto"},
    "synced": {"dropout": "synced"},
    "strict": {"atol": 0.0, "rtol": 0.0},
    "spilled": {"max_memory": 0},
}


@pytest.mark.filterwarnings("ignore:When training, we now always track global mean:UserWarning")
@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("torch_first", [True, False], ids=["torch base", "paddle base"])
def test_models_and_generators_are_as_they_were(name: str, torch_first: bool) -> None:
    models = (in_torch(), in_paddle())
    before = [state(model) for model in models], generators()
    padiff.align(*both(models, torch_first), X, **OPTIONS[name])
    assert ([state(model) for model in models], generators()) == before


@pytest.mark.filterwarnings("ignore:When training, we now always track global mean:UserWarning")
@pytest.mark.parametrize("which", ["torch", "paddle"])
@pytest.mark.parametrize("torch_first", [True, False], ids=["torch base", "paddle base"])
def test_also_when_a_forward_pass_raises(which: str, torch_first: bool) -> None:
    models = (
        in_torch(failing if which == "torch" else block),
        in_paddle(failing if which == "paddle" else block),
    )
    before = [state(model) for model in models], generators()
    with pytest.raises(RunError):
        padiff.align(*both(models, torch_first), X)
    assert ([state(model) for model in models], generators()) == before


def test_also_when_a_loss_raises() -> None:
    models = (in_torch(), in_torch())
    before = [state(model) for model in models], generators()

    def loss(_: Any) -> Any:
        raise ZeroDivisionError

    with pytest.raises(RunError):
        padiff.align(*models, X, loss=(None, loss), dropout="synced")
    assert ([state(model) for model in models], generators()) == before


@pytest.mark.filterwarnings("ignore:When training, we now always track global mean:UserWarning")
def test_weights_and_optimizers_are_as_they_were_after_steps() -> None:
    base, raw = in_torch(), in_paddle()
    padiff.assign_weight(base, raw)
    ours = torch.optim.Adam(base.parameters(), 0.1)
    theirs = paddle.optimizer.Adam(0.1, parameters=raw.parameters())
    before = state(base), state(raw), ours.state_dict(), repr(theirs.state_dict())
    report = padiff.align(base, raw, X, optimizers=(ours, theirs), steps=2, dropout="synced")
    assert report, str(report)
    assert report.steps == 2
    assert (state(base), state(raw), ours.state_dict(), repr(theirs.state_dict())) == before


@pytest.mark.filterwarnings("ignore:When training, we now always track global mean:UserWarning")
def test_also_when_an_optimizer_raises() -> None:
    base, raw = in_torch(), in_paddle()
    padiff.assign_weight(base, raw)
    ours = torch.optim.Adam(base.parameters(), 0.1)
    theirs = paddle.optimizer.Adam(0.1, parameters=raw.parameters())

    def raising() -> None:
        theirs.step()
        raise ZeroDivisionError

    before = state(base), state(raw), ours.state_dict(), repr(theirs.state_dict()), generators()
    with pytest.raises(RunError):
        padiff.align(base, raw, X, optimizers=(ours, raising), dropout="synced")
    after = state(base), state(raw), ours.state_dict(), repr(theirs.state_dict()), generators()
    assert after == before


def test_init_writes_raws_weights_and_nothing_else() -> None:
    base, raw = in_torch(), in_torch()
    with torch.no_grad():
        base.fc.weight += 1
    before = state(base)
    raw_before = attributes(raw.fc)
    padiff.align(base, raw, X, init=True, dropout="synced")
    assert state(base) == before
    assert attributes(raw.fc) == raw_before
    assert torch.equal(base.fc.weight, raw.fc.weight)


def test_a_second_call_says_the_same() -> None:
    base, raw = in_torch(), in_torch()
    first, second = (padiff.align(base, raw, X, dropout="synced") for _ in range(2))
    assert first.to_dict() == second.to_dict()
