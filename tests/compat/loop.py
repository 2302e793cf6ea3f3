"""A training loop as PaDiff's users write it, in either framework."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import padiff
from padiff.protocols import Array
from tests.capture.native import CaptureNative

__all__ = ["Loop", "files", "trace"]


def forward(self: Any, x: Any) -> Any:
    return self.head(self.norm(self.fc(x)).tanh())


class Loop:
    """Two Linears around a BatchNorm, with an optimizer."""

    def __init__(self, native: CaptureNative, **options: Any) -> None:
        self.native = native
        native.seed(0)
        self.module = native.module(
            forward, fc=native.linear(4, 3), norm=native.batch_norm(3), head=native.linear(3, 2)
        )
        self.proxy = padiff.create_model(self.module, **options)
        self.optimizer = native.momentum(self.module.parameters())

    def batch(self, seed: int = 0) -> Any:
        return self.native.tensor(self.native.noise(5, 4, seed=seed))

    def run(self, seed: int = 0) -> Array:
        """Forward and backward through the proxy; the output."""
        output = self.proxy(self.batch(seed))
        self.proxy.backward(output.mean())
        return self.native.values(output)

    def update(self) -> None:
        self.optimizer.step()
        self.clear()

    def clear(self) -> None:
        clear = getattr(self.optimizer, "clear_grad", None) or self.optimizer.zero_grad
        clear()


def trace(*path: object) -> padiff.Trace:
    return padiff.Trace(Path(*map(str, path)))


def files(folder: Path) -> list[str]:
    """Everything below a folder, the files of traces aside."""
    found = (path.relative_to(folder) for path in folder.rglob("*"))
    return sorted(str(path) for path in found if path.suffix not in (".json", ".safetensors"))
