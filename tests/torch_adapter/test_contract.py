"""torch's adapter keeps the contract; also where it is told that NumPy does not see the memory."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from padiff.testing import AdapterContract, LayoutContract, ViewCopyContract
from padiff_torch.adapter import TorchAdapter
from padiff_torch.plugin import PLUGIN
from tests.torch_adapter.native import TorchNative


class TestTorchAdapter(AdapterContract[nn.Module, torch.Tensor]):
    adapter = TorchAdapter()
    native = TorchNative()


class TestTorchAdapterElsewhere(AdapterContract[nn.Module, torch.Tensor]):
    """What holds on a GPU, on a machine without one."""

    adapter = TorchAdapter()
    native = TorchNative(sees=False)

    @pytest.fixture(autouse=True)
    def elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("padiff_torch.state.is_on_host", lambda _: False)


class TestTorchViewCopy(ViewCopyContract):
    adapter = TorchAdapter()


class TestTorchLayouts(LayoutContract[nn.Module, torch.Tensor]):
    adapter = TorchAdapter()
    plugin = PLUGIN
    native = TorchNative()
