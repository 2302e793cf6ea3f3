"""A transfer leaves on both models, and on the frameworks, nothing but the weights asked for."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from tests.small import in_paddle, in_torch
from tests.small.marks import marks_of
from tests.small.refused import refusal


def torch_net() -> in_torch.Model:
    return in_torch.Model(
        fc=torch.nn.Linear(3, 2), norm=torch.nn.BatchNorm1d(2), lstm=torch.nn.LSTM(2, 2)
    )


def paddle_net() -> in_paddle.Model:
    return in_paddle.Model(
        fc=paddle.nn.Linear(3, 2), norm=paddle.nn.BatchNorm1D(2), lstm=paddle.nn.LSTM(2, 2)
    )


def backward(model: Any) -> None:
    """Leave gradients on `fc`."""
    lib: Any = torch if isinstance(model, torch.nn.Module) else paddle
    model.fc(lib.ones([4, 3])).mean().backward()


def freeze(parameter: Any) -> None:
    if isinstance(parameter, torch.Tensor):
        parameter.requires_grad = False
    else:
        parameter.stop_gradient = True


def attributes(model: Any) -> dict[int, list[str]]:
    """Names of what each module holds."""
    modules = model.modules() if isinstance(model, torch.nn.Module) else model.sublayers(True)
    return {id(module): sorted(vars(module)) for module in modules}


def test_bases_tensors_are_as_they_were() -> None:
    base = torch_net()
    backward(base)
    before = marks_of(base)
    padiff.assign_weight(base, paddle_net())
    assert marks_of(base) == before


@pytest.mark.parametrize("build", [torch_net, paddle_net])
def test_raws_tensors_keep_all_but_their_values(build: Any) -> None:
    raw = build()
    backward(raw)
    freeze(raw.lstm.weight_ih_l0)
    before = marks_of(raw)
    padiff.assign_weight(torch_net(), raw)
    for name, mark in marks_of(raw).items():
        seen, was = (
            (m.identity, m.memory, m.shape, m.dtype, m.trained, m.gradient)
            for m in (mark, before[name])
        )
        assert seen == was, name


@pytest.mark.parametrize("build", [torch_net, paddle_net])
def test_no_attribute_and_no_mode_is_changed(build: Any) -> None:
    base, raw = torch_net(), build()
    base.norm.eval()
    raw.fc.eval()
    before = attributes(base), attributes(raw)
    padiff.assign_weight(base, raw)
    assert (attributes(base), attributes(raw)) == before
    assert (base.training, base.norm.training) == (True, False)
    assert (raw.training, raw.fc.training) == (True, False)


def test_the_generators_are_not_touched() -> None:
    base, raw = torch_net(), paddle_net()
    torch_state, python_state = torch.get_rng_state(), random.getstate()
    paddle.seed(3)
    expected = paddle.rand([4]).tolist()
    paddle.seed(3)
    padiff.assign_weight(base, raw)
    assert paddle.rand([4]).tolist() == expected
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert random.getstate() == python_state


def test_the_optimizers_state_stays_torch() -> None:
    raw = torch_net()
    optimizer = torch.optim.Adam(raw.parameters())
    backward(raw)
    optimizer.step()
    moment = optimizer.state[raw.fc.weight]["exp_avg"].clone()
    padiff.assign_weight(paddle_net(), raw)
    assert torch.equal(optimizer.state[raw.fc.weight]["exp_avg"], moment)
    assert optimizer.param_groups[0]["params"][0] is raw.fc.weight


def test_the_optimizers_state_stays_paddle() -> None:
    raw = paddle_net()
    optimizer = paddle.optimizer.Adam(parameters=raw.parameters())
    backward(raw)
    optimizer.step()
    before = {name: np.array(value) for name, value in optimizer.state_dict().items()}
    padiff.assign_weight(torch_net(), raw)
    after = optimizer.state_dict()
    assert before.keys() == after.keys()
    for name, value in before.items():
        np.testing.assert_array_equal(np.array(after[name]), value)


def test_what_was_copied_is_what_paddle_computes_with() -> None:
    """Also through the buffer in which an LSTM lays its weights out flat."""
    base, raw = torch_net(), paddle_net()
    padiff.assign_weight(base, raw)
    steps = np.random.default_rng(0).normal(size=(2, 3, 2)).astype(np.float32)
    ours = base.lstm(torch.from_numpy(steps.swapaxes(0, 1)))[0].detach().numpy().swapaxes(0, 1)
    theirs = raw.lstm(paddle.to_tensor(steps))[0].numpy()
    np.testing.assert_allclose(theirs, ours, rtol=0, atol=1e-6)


def test_a_refusal_leaves_no_mark_either() -> None:
    base, raw = torch_net(), paddle_net()
    raw.more = paddle.nn.Linear(1, 1)
    before = attributes(base), attributes(raw)
    refusal(base, raw)
    assert (attributes(base), attributes(raw)) == before
