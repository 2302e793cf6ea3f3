"""Tensors without values, or whose values are not plain numbers in memory, are refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import paddle
import pytest
import torch

from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal

META = "it is on the meta device: it has a shape and no values"
LAZY = "it is uninitialised: a lazy module before its first forward"
GUARDED = "it is uninitialised: created under LazyGuard, or never given a value"


def torch_net() -> in_torch.Model:
    return in_torch.Model(fc=torch.nn.Linear(2, 3))


def paddle_net() -> in_paddle.Model:
    return in_paddle.Model(fc=paddle.nn.Linear(2, 3))


def on_meta() -> in_torch.Model:
    return in_torch.Model(fc=torch.nn.Linear(2, 3, device="meta"))


def lazy() -> in_torch.Model:
    return in_torch.Model(fc=torch.nn.LazyLinear(3))


def guarded() -> in_paddle.Model:
    with paddle.LazyGuard():
        return paddle_net()


CASES: dict[str, tuple[Callable[[], Any], Callable[[], Any], str]] = {
    "meta": (on_meta, paddle_net, META),
    "lazy": (lazy, paddle_net, LAZY),
    "LazyGuard": (guarded, torch_net, GUARDED),
}


@pytest.mark.parametrize(("build", "other", "why"), CASES.values(), ids=CASES)
def test_base_must_have_values(
    build: Callable[[], Any], other: Callable[[], Any], why: str
) -> None:
    assert lines(refusal(build(), other())) == [
        "Nothing was transferred from Model to Model: 2 problems.",
        "  1. A tensor has no values to copy.",
        "     where:    base fc.weight",
        f"     got:      {why}",
        "     expected: a dense tensor with allocated memory",
        "  2. A tensor has no values to copy.",
        "     where:    base fc.bias",
        f"     got:      {why}",
        "     expected: a dense tensor with allocated memory",
    ]


@pytest.mark.parametrize(("build", "other", "why"), CASES.values(), ids=CASES)
def test_raw_must_have_memory(build: Callable[[], Any], other: Callable[[], Any], why: str) -> None:
    assert lines(refusal(other(), build())) == [
        "Nothing was transferred from Model to Model: 2 problems.",
        "  1. A tensor cannot be written.",
        "     where:    raw fc.weight",
        f"     got:      {why}",
        "     expected: a dense tensor with allocated memory",
        "  2. A tensor cannot be written.",
        "     where:    raw fc.bias",
        f"     got:      {why}",
        "     expected: a dense tensor with allocated memory",
    ]


def test_a_lazy_layer_under_another_name_is_called_lazy() -> None:
    error = refusal(lazy(), in_paddle.Model(out=paddle.nn.Linear(2, 3)))
    assert lines(error)[3] == (f"     got:      base LazyLinear (weight: {LAZY}, bias: {LAZY})")


def test_sparse_parameters_are_refused() -> None:
    base = in_torch.Model(w=torch.nn.Parameter(torch.eye(2).to_sparse()))
    raw = in_torch.Model(w=torch.nn.Parameter(torch.eye(2)))
    assert refused(base, raw) == "it is sparse (torch.sparse_coo)"
    assert refused(raw, base) == "it is sparse (torch.sparse_coo)"


def test_sparse_buffers_of_paddle_are_refused() -> None:
    base = in_torch.Model(w=torch.eye(2))
    raw = in_paddle.Model(w=paddle.eye(2).to_sparse_coo(2))
    assert refused(base, raw) == "it is sparse"


@pytest.mark.filterwarnings("ignore:.*quantiz.*:UserWarning", "ignore:.*quantiz.*:FutureWarning")
def test_quantised_tensors_are_refused() -> None:
    base = in_torch.Model(w=torch.quantize_per_tensor(torch.eye(2), 0.1, 0, torch.qint8))
    raw = in_torch.Model(w=torch.eye(2))
    assert refused(base, raw) == "it is quantised (torch.qint8)"


def test_what_a_module_saves_in_a_way_of_its_own_is_refused() -> None:
    class Packed(torch.nn.Linear):
        def get_extra_state(self) -> dict[str, int]:
            return {"scale": 3}

        def set_extra_state(self, state: Any) -> None: ...

    base, raw = in_torch.Model(fc=Packed(2, 3)), torch_net()
    assert lines(refusal(base, raw))[1:4] == [
        "  1. A tensor has no values to copy.",
        "     where:    base fc._extra_state",
        "     got:      Packed saves it in a way of its own (dict), not as a parameter or a buffer",
    ]


def refused(base: Any, raw: Any) -> str:
    """What is said to have been found, in the one problem there is."""
    shown = lines(refusal(base, raw))
    assert shown[0] == "Nothing was transferred from Model to Model: 1 problem."
    return shown[3].removeprefix("     got:      ")
