"""One forward and backward of a case, with a fixed cotangent, in either framework."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import paddle
import torch

from .cases import Array, Arrays, Case, Dtype
from .cases.case import paddle_default_dtype
from .cases.chatter import expected_warnings
from .natives import paddle_tensors, torch_tensors

Mode: TypeAlias = Literal["eval", "train"]


@dataclass(frozen=True, slots=True)
class Gradients:
    """What a forward and a backward gave."""

    outputs: tuple[Array, ...]
    inputs: Arrays
    """The gradient of each input that takes one."""
    parameters: Arrays
    """A gradient for every native tensor by state name: zeros where the framework gave none."""


def inputs_of(case: Case, dtype: Dtype) -> Arrays:
    """The inputs of a case, the same in each call."""
    return case.inputs(np.random.default_rng(case.row), dtype)


def torch_outputs(case: Case, module: torch.nn.Module, dtype: Dtype) -> tuple[Array, ...]:
    """The outputs in eval(), without gradients; leaves `module` in eval()."""
    given = {name: torch.from_numpy(array) for name, array in inputs_of(case, dtype).items()}
    with expected_warnings(), torch.no_grad():
        return tuple(leaf.numpy().copy() for leaf in leaves(case.run_torch(module.eval(), given)))


def paddle_outputs(case: Case, layer: paddle.nn.Layer, dtype: Dtype) -> tuple[Array, ...]:
    """The outputs in eval(), without gradients; leaves `layer` in eval()."""
    layer.eval()
    given = {name: paddle.to_tensor(array) for name, array in inputs_of(case, dtype).items()}
    with expected_warnings(), paddle_default_dtype(dtype), paddle.no_grad():
        return tuple(np.asarray(leaf.numpy()) for leaf in leaves(case.run_paddle(layer, given)))


def torch_gradients(
    case: Case, module: torch.nn.Module, dtype: Dtype, mode: Mode | None = None
) -> Gradients:
    """Run `module` in `mode` (by default that of the case) and back; leaves it in eval()."""
    arrays = inputs_of(case, dtype)
    given = {name: torch.from_numpy(array) for name, array in arrays.items()}
    differentiable = {name: given[name] for name in taking_gradients(case, arrays)}
    for tensor in differentiable.values():
        tensor.requires_grad_()
    module.train((mode or case.gradients_in) == "train")
    with expected_warnings():
        outputs = leaves(case.run_torch(module, given))
    reached = [leaf for leaf in outputs if leaf.requires_grad]
    cotangents = [torch.from_numpy(each) for each in cotangents_of(case, reached)]
    torch.autograd.backward(reached, cotangents)
    result = Gradients(
        tuple(leaf.detach().numpy().copy() for leaf in outputs),
        {name: torch_gradient(tensor) for name, tensor in differentiable.items()},
        {name: torch_gradient(tensor) for name, tensor in torch_tensors(module).items()},
    )
    module.eval().zero_grad(set_to_none=True)
    return result


def paddle_gradients(
    case: Case, layer: paddle.nn.Layer, dtype: Dtype, mode: Mode | None = None
) -> Gradients:
    """Run `layer` in `mode` (by default that of the case) and back; leaves it in eval()."""
    arrays = inputs_of(case, dtype)
    differentiable = taking_gradients(case, arrays)
    given = {
        name: paddle.to_tensor(array, stop_gradient=name not in differentiable)
        for name, array in arrays.items()
    }
    if (mode or case.gradients_in) == "train":
        layer.train()
    else:
        layer.eval()
    with expected_warnings(), paddle_default_dtype(dtype):
        outputs = leaves(case.run_paddle(layer, given))
    reached = [leaf for leaf in outputs if not leaf.stop_gradient]
    paddle.autograd.backward(reached, [paddle.to_tensor(g) for g in cotangents_of(case, reached)])
    tensors = paddle_tensors(layer)
    result = Gradients(
        tuple(np.asarray(leaf.numpy()) for leaf in outputs),
        {name: paddle_gradient(given[name]) for name in differentiable},
        {name: paddle_gradient(tensor) for name, tensor in tensors.items()},
    )
    layer.eval()
    for tensor in tensors.values():
        tensor.clear_gradient(set_to_zero=False)
    return result


def taking_gradients(case: Case, arrays: Arrays) -> list[str]:
    """The inputs that take a gradient: what is floating and no constant."""
    return [
        name
        for name, array in arrays.items()
        if array.dtype.kind == "f" and name not in case.constants
    ]


def leaves(outputs: Any) -> list[Any]:
    """The tensors in nested tuples, in order; None is left out."""
    if outputs is None:
        return []
    if isinstance(outputs, (tuple, list)):
        return [leaf for each in outputs for leaf in leaves(each)]
    return [outputs]


def cotangents_of(case: Case, outputs: Iterable[Any]) -> Iterator[Array]:
    """The gradient to send back into each output: the same values for both frameworks."""
    rng = np.random.default_rng([case.row, 1])
    for leaf in outputs:
        dtype = str(leaf.dtype).rpartition(".")[2]
        yield np.asarray(rng.standard_normal(tuple(leaf.shape)), dtype)


def torch_gradient(tensor: torch.Tensor) -> Array:
    """The gradient of a leaf, dense."""
    if tensor.grad is None:
        return np.zeros_like(tensor.detach().numpy())
    return tensor.grad.to_dense().numpy().copy()


def paddle_gradient(tensor: paddle.Tensor) -> Array:
    """The gradient of a leaf, dense."""
    dense = np.zeros(tuple(tensor.shape), str(tensor.numpy().dtype))
    gradient: Any = tensor.grad
    if gradient is None:
        return dense
    if gradient.is_selected_rows():  # of an embedding with sparse=True
        selected = gradient.get_selected_rows()
        np.add.at(dense, selected.rows(), np.array(selected.get_tensor()))
        return dense
    return np.asarray(gradient.numpy())
