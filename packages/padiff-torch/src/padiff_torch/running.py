"""Running torch models: tensors in and out, losses, backward passes and optimizer steps."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import torch

from padiff.capture.protocols import Identity
from padiff.errors import UsageError
from padiff.protocols import Array
from padiff_torch.arrays import as_tensor, host_view, staged_copy
from padiff_torch.dtypes import NUMPY_OF, numpy_dtype
from padiff_torch.handle import TorchHandle
from padiff_torch.state import is_on_host

__all__ = [
    "array",
    "backward",
    "clear_gradients",
    "detached",
    "dot",
    "identity",
    "is_leaf",
    "is_tensor",
    "keep_alive",
    "recording",
    "set_gradients",
    "step",
    "tensor",
    "tensor_on",
]

_TORCH_OF = {numpy: native for native, numpy in NUMPY_OF.items()}


def is_tensor(value: object) -> bool:
    """Whether `value` is a torch tensor."""
    return isinstance(value, torch.Tensor)


def array(tensor: torch.Tensor) -> Array:
    """The values, read-only: a view of host memory, a copy from elsewhere or of a sparse tensor."""
    if tensor.layout is torch.strided:
        _pointer(tensor)
    plain = tensor.detach()
    if plain.is_quantized or numpy_dtype(plain.dtype) is None or plain.is_meta:
        raise UsageError(
            "A tensor has no values NumPy can hold.",
            got=f"{plain.dtype} on {plain.device}",
            expected="a dtype with a counterpart in NumPy or ml_dtypes",
        )
    if plain.layout is not torch.strided:
        plain = plain.to_dense()
    plain = plain.resolve_conj().resolve_neg()
    values = host_view(plain) if is_on_host(plain) else staged_copy(plain)
    values.flags.writeable = False
    return values


def _pointer(tensor: torch.Tensor) -> int:
    """Where a strided tensor's values are.

    Raises:
        UsageError: If it has none of its own: within a transform, a tensor stands for all samples at once, or
            for a value and its derivative.
    """
    try:
        return tensor.data_ptr()
    except RuntimeError as error:
        raise UsageError(
            "A tensor that passes a module has no values of its own.",
            got=str(error),
            expected="a module that is called outside torch.vmap, jacrev and the like",
            hint="compare the models without these, or only the modules around them (depth=)",
        ) from error


def tensor(array: Array, module: torch.nn.Module, *, leaf: bool = False) -> torch.Tensor:
    """A new tensor with the values and dtype of `array`, where the module's tensors are."""
    return tensor_on(array, _device(module)).requires_grad_(leaf)


def is_leaf(tensor: torch.Tensor) -> bool:
    """Whether it is a leaf that needs a gradient."""
    return tensor.requires_grad and tensor.is_leaf


def tensor_on(array: Array, device: torch.device) -> torch.Tensor:
    """A new tensor with the values and dtype of `array` on a device."""
    dtype = _TORCH_OF.get(array.dtype)
    if dtype is None:
        raise UsageError("torch has no counterpart of a NumPy dtype.", got=str(array.dtype))
    bits = as_tensor(np.array(array, order="C"))
    return bits.view(dtype).to(device)


def _device(module: torch.nn.Module) -> torch.device:
    specs = TorchHandle.root(module).state().specs.values()
    used = (torch.device(spec.device) for spec in specs)
    return next((device for device in used if device.type != "meta"), torch.device("cpu"))


def detached(tensor: torch.Tensor) -> torch.Tensor:
    """A copy outside any graph, itself a leaf that needs a gradient if `tensor` is one."""
    return tensor.detach().clone().requires_grad_(is_leaf(tensor))


def identity(tensor: torch.Tensor) -> Identity:
    """Memory and version: the same for the views and aliases of one tensor that see all of it."""
    if tensor.is_inference() or tensor.layout is not torch.strided or tensor.is_meta:
        return object()  # no version is kept, or no one memory: never the same twice
    where = (tensor.device, _pointer(tensor), tuple(tensor.shape), tensor.stride(), tensor.dtype)
    return (*where, tensor._version, tensor.is_conj(), tensor.is_neg())


def keep_alive(tensor: torch.Tensor) -> Callable[[], torch.Tensor | None]:
    """A weak reference."""
    return weakref.ref(tensor)


def dot(tensors: Sequence[torch.Tensor], weights: Sequence[Array | None]) -> torch.Tensor | None:
    """The sum of all tensors times their weights, in float32 or wider."""
    terms = [
        _weighted(tensor, weight)
        for tensor, weight in zip(tensors, weights, strict=True)
        if tensor.requires_grad
    ]
    if not terms:
        return None
    total = terms[0]
    for term in terms[1:]:
        total = total + term.to(total.device)
    return total


def _weighted(tensor: torch.Tensor, weight: Array | None) -> torch.Tensor:
    real = torch.view_as_real(tensor) if tensor.is_complex() else tensor
    wide = real.to(torch.promote_types(real.dtype, torch.float32))
    if weight is None:
        return wide.sum() / max(tensor.numel(), 1)
    given = tensor_on(weight, tensor.device)
    if given.is_complex():
        given = torch.view_as_real(given)
    return (wide * given.to(wide.dtype)).sum()


def backward(loss: torch.Tensor) -> None:
    """Run the backward pass."""
    loss.backward()  # type: ignore[no-untyped-call]


def step(optimizer: Any) -> None:
    """`optimizer.step()`; a callable is called instead."""
    if hasattr(optimizer, "step"):
        optimizer.step()
    else:
        optimizer()


def recording(enabled: bool) -> AbstractContextManager[object]:  # noqa: FBT001
    """`torch.set_grad_enabled`.

    Raises:
        UsageError: If gradients are asked for in inference mode, where nothing can record them.
    """
    if enabled and torch.is_inference_mode_enabled():
        raise UsageError(
            "Gradients cannot be recorded in torch's inference mode.",
            got="a call within torch.inference_mode()",
            hint="Call it outside, or within torch.no_grad(); or compare the forward pass alone.",
        )
    return torch.set_grad_enabled(enabled)


def _tensors(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    return TorchHandle.root(module).state()._tensors


def clear_gradients(module: torch.nn.Module) -> None:
    """Set every gradient to None."""
    for tensor in _tensors(module).values():
        if tensor.is_leaf:
            tensor.grad = None


def set_gradients(module: torch.nn.Module, gradients: Mapping[str, Array]) -> None:
    """Overwrite gradients in place, by state name.

    Raises:
        UsageError: If a tensor of that name has no gradient; nothing was written.
    """
    tensors = _tensors(module)
    found = {name: tensors[name].grad if name in tensors else None for name in gradients}
    if missing := [name for name, grad in found.items() if grad is None]:
        raise UsageError("A gradient that is not there cannot be set.", where=", ".join(missing))
    with torch.no_grad():
        for name, grad in found.items():
            if grad is not None:
                values = tensor_on(gradients[name], grad.device)
                grad.copy_(values.sparse_mask(grad.coalesce()) if grad.is_sparse else values)
