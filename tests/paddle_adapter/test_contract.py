"""paddle's adapter keeps the contract; also where it is told that NumPy does not see the memory."""

from __future__ import annotations

import paddle
import pytest
from paddle import nn

from padiff.testing import AdapterContract, LayoutContract
from padiff_paddle.adapter import PaddleAdapter
from padiff_paddle.plugin import PLUGIN
from tests.paddle_adapter.native import PaddleNative


class TestPaddleAdapter(AdapterContract[nn.Layer, paddle.Tensor]):
    adapter = PaddleAdapter()
    native = PaddleNative()


class TestPaddleAdapterElsewhere(AdapterContract[nn.Layer, paddle.Tensor]):
    """What holds on a GPU, on a machine without one."""

    adapter = PaddleAdapter()
    native = PaddleNative(sees=False)

    @pytest.fixture(autouse=True)
    def elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("padiff_paddle.state.is_on_host", lambda _: False)


class TestPaddleLayouts(LayoutContract[nn.Layer, paddle.Tensor]):
    adapter = PaddleAdapter()
    plugin = PLUGIN
    native = PaddleNative()
