"""A torch module in float64."""

from __future__ import annotations

import copy

import torch

from padiff.capture.nested import map_leaves
from padiff.capture.snapshot import containers
from padiff_torch.preserve import is_owner
from padiff_torch.running import is_tensor

__all__ = ["widened"]


def widened(module: torch.nn.Module) -> torch.nn.Module:
    """A deep copy with every floating tensor in float64, every complex one in complex128.

    Parameters, buffers, and tensors in plain attributes, lists, tuples and dicts. What was computed
    from something (old-style weight normalisation leaves its weight behind) is cut off from its graph.
    Gradients are not copied.
    """
    reached = list(containers([module], is_tensor, is_owner))
    tensors = [item for _, items in reached for _, item in items if is_tensor(item)]
    memo = {id(tensor): tensor.detach().clone() for tensor in tensors if not tensor.is_leaf}
    wide = copy.deepcopy(module, memo).to(torch.float64)
    converted: dict[int, torch.Tensor] = {}
    for container, items in list(containers([wide], is_tensor, is_owner)):
        if isinstance(container, (dict, list)):
            for key, item in items:
                if is_tensor(item) or isinstance(item, tuple):
                    container[key] = map_leaves(item, is_tensor, lambda _, t: _wide(t, converted))
    return wide


def _wide(tensor: torch.Tensor, converted: dict[int, torch.Tensor]) -> torch.Tensor:
    """The tensor in the widest type of its kind; the same object for the same tensor."""
    tensor.grad = None
    kind = torch.complex128 if tensor.is_complex() else torch.float64
    if tensor.dtype == kind or not (tensor.is_complex() or tensor.is_floating_point()):
        return tensor
    if id(tensor) not in converted:
        wide = tensor.detach().to(kind)
        converted[id(tensor)] = wide.requires_grad_(tensor.requires_grad)
    return converted[id(tensor)]
