"""An init function writes values into tensors that are there; what else it does is undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.errors import InitFnError
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal


class Box(in_torch.Model):
    """What the init functions here are registered for, on either side."""


class PaddleBox(in_paddle.Model):
    """The same in paddle."""


def paddle_box() -> in_paddle.Model:
    inner = PaddleBox(fc=paddle.nn.Linear(3, 3), n=paddle.zeros([2]))
    return in_paddle.Model(box=inner, fc=paddle.nn.Linear(3, 3))


def torch_box() -> in_torch.Model:
    inner = Box(fc=torch.nn.Linear(3, 3), n=torch.zeros(2))
    return in_torch.Model(box=inner, fc=torch.nn.Linear(3, 3))


def complaint(raw: Any, func: Callable[[Any, Any], None]) -> str:
    """What is said of the function's effect; models, modules and gradients are seen to be as before."""
    registry = padiff.registry.copy()
    side = ("paddle", "PaddleBox") if isinstance(raw, paddle.nn.Layer) else ("torch", "Box")
    registry.register_init(("torch", "Box"), side, func)
    modules = [id(module) for module in raw.sublayers()] if side[0] == "paddle" else None
    error = refusal(torch_box(), raw, registry=registry)
    assert isinstance(error, InitFnError)
    assert "replaced tensors instead of writing them; raw is as it was." in error.what
    assert error.where == "base box, raw box"
    assert modules is None or modules == [id(module) for module in raw.sublayers()]
    return error.got


def replaces_a_parameter(_: Box, raw: PaddleBox) -> None:
    raw.fc.weight = raw.create_parameter([3, 3])


def replaces_a_buffer(_: Box, raw: PaddleBox) -> None:
    raw.n = paddle.ones([2])


def replaces_a_module(_: Box, raw: PaddleBox) -> None:
    raw.fc = paddle.nn.Linear(3, 3, bias_attr=False)


def adds_a_parameter(_: Box, raw: PaddleBox) -> None:
    raw.new = raw.create_parameter([3])


def adds_a_module(_: Box, raw: PaddleBox) -> None:
    raw.new = paddle.nn.Linear(1, 1)


def deletes_a_module(_: Box, raw: PaddleBox) -> None:
    del raw.fc


def reshapes_by_assign(_: Box, raw: PaddleBox) -> None:
    paddle.assign(paddle.ones([9]), raw.fc.weight)


def retypes_by_assign(_: Box, raw: PaddleBox) -> None:
    paddle.assign(paddle.ones([3, 3], "float64"), raw.fc.weight)


def takes_bases_memory(base: Box, raw: PaddleBox) -> None:
    raw.fc.weight.data = paddle.utils.dlpack.from_dlpack(base.fc.weight.detach())


@pytest.mark.parametrize(
    ("func", "got"),
    [
        (replaces_a_parameter, "fc.weight is another tensor now"),
        (replaces_a_buffer, "n is another tensor now"),
        (replaces_a_module, "fc.weight is another tensor now\nfc.bias disappeared"),
        (adds_a_parameter, "new appeared"),
        (adds_a_module, "new.weight appeared\nnew.bias appeared"),
        (deletes_a_module, "fc.weight disappeared\nfc.bias disappeared"),
        (reshapes_by_assign, "fc.weight (3, 3) float32 became (9,) float32"),
        (retypes_by_assign, "fc.weight (3, 3) float32 became (3, 3) float64"),
        (takes_bases_memory, "fc.weight is another tensor now"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_in_paddle(func: Callable[[Any, Any], None], got: str) -> None:
    assert complaint(paddle_box(), func) == got


def takes_bases_parameter(base: Box, raw: Box) -> None:
    raw.fc.weight = base.fc.weight


def takes_bases_data(base: Box, raw: Box) -> None:
    raw.fc.weight.data = base.fc.weight.data


def takes_bases_module(base: Box, raw: Box) -> None:
    raw.fc = base.fc


def reshapes_its_data(_: Box, raw: Box) -> None:
    raw.fc.weight.data = torch.ones(9)


def becomes_double(_: Box, raw: Box) -> None:
    raw.double()


def transposes_in_place(_: Box, raw: Box) -> None:
    raw.fc.weight.t_()


def registers_a_buffer(_: Box, raw: Box) -> None:
    raw.register_buffer("new", torch.ones(1))


@pytest.mark.parametrize(
    ("func", "got"),
    [
        (takes_bases_parameter, "fc.weight is base's box.fc.weight now"),
        (takes_bases_data, "fc.weight is base's box.fc.weight now"),
        (
            takes_bases_module,
            "fc.weight is base's box.fc.weight now\nfc.bias is base's box.fc.bias now",
        ),
        (reshapes_its_data, "fc.weight (3, 3) float32 became (9,) float32"),
        (
            becomes_double,
            (
                "n (2,) float32 became (2,) float64\n"
                "fc.weight (3, 3) float32 became (3, 3) float64\n"
                "fc.bias (3,) float32 became (3,) float64"
            ),
        ),
        (transposes_in_place, "fc.weight is another tensor now"),
        (registers_a_buffer, "new appeared"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_in_torch(func: Callable[[Any, Any], None], got: str) -> None:
    assert complaint(torch_box(), func) == got


def test_the_whole_message() -> None:
    registry = padiff.registry.copy()
    registry.register_init(("torch", "Box"), ("paddle", "PaddleBox"), reshapes_by_assign)
    assert lines(refusal(torch_box(), paddle_box(), registry=registry)) == [
        (
            "The init function tests.transfer.test_misbehaving_functions.reshapes_by_assign replaced "
            "tensors instead of writing them; raw is as it was."
        ),
        "  where:    base box, raw box",
        "  got:      fc.weight (3, 3) float32 became (9,) float32",
        "  expected: the same tensors, shapes and dtypes, with new values",
        "  hint:     write in place: set_value or set_state_dict (paddle), copy_ (torch)",
    ]


def test_one_that_behaves_is_taken() -> None:
    def fill(base: Box, raw: PaddleBox) -> None:
        raw.fc.weight.set_value(base.fc.weight.numpy().T.copy())

    registry = padiff.registry.copy()
    registry.register_init(("torch", "Box"), ("paddle", "PaddleBox"), fill)
    base, raw = torch_box(), paddle_box()
    padiff.assign_weight(base, raw, registry=registry)
    assert raw.box.fc.weight.numpy().tolist() == base.box.fc.weight.T.tolist()
