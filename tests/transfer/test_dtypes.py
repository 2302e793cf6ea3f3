"""Equal dtypes are copied bit for bit, in every direction."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from tests.small import in_paddle, in_torch

# In each a zero, a one, a negative or large value, and what the type has beside numbers.
DTYPES = [
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "bool",
    "complex64",
]


def torch_buffers(dtype: str, values: list[list[Any]]) -> in_torch.Model:
    return in_torch.Model(x=torch.tensor(values, dtype=getattr(torch, dtype)))


def paddle_buffers(dtype: str, values: list[list[Any]]) -> in_paddle.Model:
    return in_paddle.Model(x=paddle.to_tensor(values).astype(getattr(paddle, dtype)))


BUILD: dict[str, Any] = {"torch": torch_buffers, "paddle": paddle_buffers}
BITS: dict[str, Any] = {"torch": in_torch.bits, "paddle": in_paddle.bits}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("raw_framework", BUILD)
@pytest.mark.parametrize("base_framework", BUILD)
def test_the_bits_are_the_same(base_framework: str, raw_framework: str, dtype: str) -> None:
    base = BUILD[base_framework](dtype, [[0, 1, 1], [0, 0, 1]])
    raw = BUILD[raw_framework](dtype, [[1, 0, 0], [1, 1, 0]])
    expected = BITS[base_framework](base.x)
    report = padiff.assign_weight(base, raw)
    assert BITS[raw_framework](raw.x) == expected
    assert [(str(r.dtype), r.how, r.note) for r in report.records] == [(dtype, "copied", "")]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_what_is_no_number_keeps_its_bits(dtype: str) -> None:
    strange = [[-0.0, float("inf"), float("-inf")], [float("nan"), 1e-7, 3.0e4]]
    base, raw = torch_buffers(dtype, strange), paddle_buffers(dtype, [[0.0] * 3] * 2)
    padiff.assign_weight(base, raw)
    assert in_paddle.bits(raw.x) == in_torch.bits(base.x)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_a_transposed_weight_keeps_its_bits(dtype: str) -> None:
    base = in_torch.Model(fc=torch.nn.Linear(3, 2).to(getattr(torch, dtype)))
    raw = in_paddle.Model(fc=paddle.nn.Linear(3, 2)).to(dtype=getattr(paddle, dtype))
    padiff.assign_weight(base, raw)
    assert in_paddle.bits(raw.fc.weight) == in_torch.bits(base.fc.weight.T)
    assert str(raw.fc.weight.dtype) == f"paddle.{dtype}"


def test_float8_is_copied() -> None:
    base = in_torch.Model(x=torch.tensor([1.5, -2.0]).to(torch.float8_e4m3fn))
    raw = in_torch.Model(x=torch.zeros(2).to(torch.float8_e4m3fn))
    padiff.assign_weight(base, raw)
    assert in_torch.bits(raw.x) == in_torch.bits(base.x)


def test_shapes_without_elements_and_without_axes_are_copied() -> None:
    base = in_torch.Model(empty=torch.ones(0, 3), scalar=torch.tensor(4.0))
    raw = in_paddle.Model(empty=paddle.ones([0, 3]), scalar=paddle.to_tensor(1.0))
    padiff.assign_weight(base, raw)
    assert raw.scalar.item() == 4.0
    np.testing.assert_array_equal(raw.scalar.shape, [])
