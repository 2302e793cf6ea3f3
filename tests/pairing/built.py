"""The same small networks in both frameworks."""

from __future__ import annotations

from typing import Any

import paddle
import torch

import padiff
from tests.small import in_paddle, in_torch


def torch_net(**parts: Any) -> in_torch.Model:
    """Numbers stand for square Linear layers of that size; dicts for networks inside."""
    return in_torch.Model(**{name: _torch_part(part) for name, part in parts.items()})


def _torch_part(part: Any) -> Any:
    if isinstance(part, int):
        return torch.nn.Linear(part, part)
    return torch_net(**part) if isinstance(part, dict) else part


def paddle_net(**parts: Any) -> in_paddle.Model:
    """The same in paddle."""
    return in_paddle.Model(**{name: _paddle_part(part) for name, part in parts.items()})


def _paddle_part(part: Any) -> Any:
    if isinstance(part, int):
        return paddle.nn.Linear(part, part)
    return paddle_net(**part) if isinstance(part, dict) else part


def layers(report: padiff.TransferReport) -> list[tuple[str, str, str | None]]:
    """The paths of the layers whose weights were copied, and how they were paired."""
    return [
        (r.base.rpartition(".")[0], r.raw.rpartition(".")[0], r.by)
        for r in report.records
        if r.how == "copied" and r.canonical == "weight" and r.base and r.raw
    ]
