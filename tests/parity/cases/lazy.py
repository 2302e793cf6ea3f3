"""Lazy modules become their plain class in their first forward."""

from __future__ import annotations

import torch


def materialised(module: torch.nn.Module, example: torch.Tensor) -> torch.nn.Module:
    """Run `module` once in eval(), so that its parameters have shapes; returns it."""
    with torch.no_grad():
        module.eval()(example)
    return module
