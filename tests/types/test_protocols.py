"""Each adapter is what the core's Protocols ask for, argument by argument: mypy checks the assignments."""

from __future__ import annotations

import paddle
import torch

from padiff.protocols import (
    FrameworkAdapter,
    LayerHandle,
    StateDictAdapter,
    SupportsViewCopy,
)
from padiff_paddle.adapter import PaddleAdapter
from padiff_torch.adapter import TorchAdapter


def test_torch() -> None:
    adapter = TorchAdapter()
    contract: FrameworkAdapter = adapter
    faster: SupportsViewCopy = adapter
    handle: LayerHandle = contract.handle(torch.nn.Linear(2, 2))
    state: StateDictAdapter = handle.state()
    assert isinstance(faster, SupportsViewCopy)
    assert list(state.specs) == ["weight", "bias"]


def test_paddle() -> None:
    contract: FrameworkAdapter = PaddleAdapter()
    handle: LayerHandle = contract.handle(paddle.nn.Linear(2, 2))
    state: StateDictAdapter = handle.state()
    assert list(state.specs) == ["weight", "bias"]
