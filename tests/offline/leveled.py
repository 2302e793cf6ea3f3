"""Small torch models recorded at any level, and compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import Module

import padiff
from padiff.trace.index import Level

__all__ = ["LEVELS", "Training", "X", "compared", "recorded", "sgd"]

LEVELS: tuple[Level, ...] = ("full", "statistics", "hash")
X = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32)

Training = Callable[[Module], Any]


def sgd(rate: float) -> Training:
    return lambda model: torch.optim.SGD(model.parameters(), rate)


def recorded(
    model: Module, path: Path, level: Level, optimizer: Training | None = None, **options: Any
) -> padiff.Trace:
    """A forward and a backward pass of a model, and an update if there is an optimizer."""
    used = optimizer(model) if optimizer else None
    with padiff.record(model, path, level=level, optimizer=used, **options):
        outputs = model(torch.from_numpy(X))
        first = outputs[0] if isinstance(outputs, tuple) else outputs
        if isinstance(first, torch.Tensor) and first.requires_grad:
            torch.autograd.backward([first.square().mean()])
        if used:
            used.step()
    return padiff.Trace(path)


def compared(
    base: Module,
    raw: Module,
    folder: Path,
    level: Level,
    optimizers: tuple[Training, Training] | None = None,
    **options: Any,
) -> padiff.AlignmentReport:
    ours, theirs = optimizers or (None, None)
    return padiff.compare_traces(
        recorded(base, folder / "base", level, ours, **options),
        recorded(raw, folder / "raw", level, theirs, **options),
    )
