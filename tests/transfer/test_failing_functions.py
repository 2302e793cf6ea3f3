"""An init function that fails leaves raw as it was, and is told of by name and place."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from padiff import Registry
from padiff.errors import InitFnError
from tests.small import in_paddle, in_torch
from tests.small.marks import marks_of
from tests.small.refused import lines, refusal


class Box(in_torch.Model):
    """What the init functions here are registered for."""


class PaddleBox(in_paddle.Model):
    """The same in paddle."""


def base_net() -> in_torch.Model:
    boxes = {name: Box(fc=torch.nn.Linear(2, 2)) for name in ("x", "y", "z")}
    return in_torch.Model(first=torch.nn.Linear(2, 2), **boxes)


def raw_net() -> in_paddle.Model:
    boxes = {name: PaddleBox(fc=paddle.nn.Linear(2, 2)) for name in ("x", "y", "z")}
    return in_paddle.Model(first=paddle.nn.Linear(2, 2), **boxes)


def registered(func: Any) -> Registry:
    registry = padiff.registry.copy()
    registry.register_init(("torch", "Box"), ("paddle", "PaddleBox"), func)
    return registry


def half_written(_: Box, raw: PaddleBox) -> None:
    raw.fc.weight.set_value(np.ones((2, 2), np.float32))
    msg = "no bias today"
    raise ValueError(msg)


def test_the_error_names_the_function_the_place_and_the_reason() -> None:
    error = refusal(base_net(), raw_net(), registry=registered(half_written))
    assert isinstance(error, InitFnError)
    assert lines(error) == [
        (
            "The init function tests.transfer.test_failing_functions.half_written failed; raw is as it "
            "was."
        ),
        "  where:    base x, raw x",
        "  got:      ValueError: no bias today",
    ]


def test_the_cause_is_kept() -> None:
    error = refusal(base_net(), raw_net(), registry=registered(half_written))
    assert isinstance(error.__cause__, ValueError)


def test_the_third_of_three_undoes_the_first_two() -> None:
    calls = []

    def fail_in_the_end(base: Box, raw: PaddleBox) -> None:
        raw.fc.weight.set_value(base.fc.weight.numpy())
        calls.append(raw)
        if len(calls) == 3:
            msg = "enough"
            raise RuntimeError(msg)

    error = refusal(base_net(), raw_net(), registry=registered(fail_in_the_end))
    assert len(calls) == 3
    assert error.where == "base z, raw z"


def test_a_wrong_number_of_arguments_is_a_failure_too() -> None:
    def lonely(_: Box) -> None: ...

    error = refusal(base_net(), raw_net(), registry=registered(lonely))
    assert error.got == (
        "TypeError: test_a_wrong_number_of_arguments_is_a_failure_too.<locals>.lonely() takes 1 "
        "positional argument but 2 were given"
    )


def test_an_interrupt_undoes_and_goes_on_its_way() -> None:
    def interrupted(_: Box, raw: PaddleBox) -> None:
        raw.fc.weight.set_value(np.ones((2, 2), np.float32))
        raise KeyboardInterrupt

    raw = raw_net()
    before = marks_of(raw)
    with pytest.raises(KeyboardInterrupt):
        padiff.assign_weight(base_net(), raw, registry=registered(interrupted))
    assert marks_of(raw) == before


def test_gradients_are_recorded_again_after_a_failure() -> None:
    refusal(base_net(), raw_net(), registry=registered(half_written))
    assert torch.is_grad_enabled()
    assert paddle.is_grad_enabled()
