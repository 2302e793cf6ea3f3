"""PaDiff wrote `route` and `need_init` on the user's modules: a submodule of that name crashed it."""

from __future__ import annotations

import copy
import pickle

import paddle
import torch

import padiff


class Mixture(torch.nn.Module):
    """A mixture of experts, with a router named as people name it."""

    def __init__(self) -> None:
        super().__init__()
        self.route = torch.nn.Linear(3, 2)
        self.need_init = torch.nn.Linear(3, 3)


class PaddleMixture(paddle.nn.Layer):
    """The same in paddle."""

    def __init__(self) -> None:
        super().__init__()
        self.route = paddle.nn.Linear(3, 2)
        self.need_init = paddle.nn.Linear(3, 3)


def test_a_submodule_may_have_any_name() -> None:
    base, raw = Mixture(), PaddleMixture()
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.route])
    model1.set_layer_map([raw.route])
    padiff.assign_weight(model0, model1)
    assert raw.route.weight.T.tolist() == base.route.weight.tolist()


def test_nothing_is_left_on_the_modules() -> None:
    base, raw = Mixture(), PaddleMixture()
    before = set(vars(base)), set(vars(raw)), set(vars(base.route))
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.auto_layer_map("base")
    model1.auto_layer_map("raw")
    padiff.assign_weight(model0, model1)
    assert (set(vars(base)), set(vars(raw)), set(vars(base.route))) == before
    assert set(vars(pickle.loads(pickle.dumps(base)))) == before[0]
    assert set(vars(copy.deepcopy(base))) == before[0]
