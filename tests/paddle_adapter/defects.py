"""paddle tensors that have no values a copy could take."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import paddle
from paddle import nn

from padiff.testing import Defective

__all__ = ["DEFECTS"]

Make = Callable[[], Defective[nn.Layer]]
_UNINITIALISED = "it is uninitialised: created under LazyGuard, or never given a value"


def _buffer(make: Callable[[], paddle.Tensor], defect: str) -> Make:
    """A layer with one more tensor, which is defective."""

    def defective() -> Defective[nn.Layer]:
        layer = nn.Linear(2, 3)
        layer.register_buffer("odd", make())
        return Defective(layer, "odd", defect)

    return defective


def _guarded(name: str, inside: int) -> Make:
    def defective() -> Defective[nn.Layer]:
        with paddle.LazyGuard():
            return Defective(nn.Linear(inside, 3), name, _UNINITIALISED)

    return defective


def _cleared(method: str) -> paddle.Tensor:
    tensor = paddle.ones([3])
    getattr(tensor, method)()
    return tensor


def _sparse_gradient() -> paddle.Tensor:
    layer = nn.Embedding(5, 2, sparse=True)
    layer(paddle.to_tensor([1, 3])).sum().backward()
    gradient = layer.weight.grad
    assert gradient is not None
    return gradient


DEFECTS: Mapping[str, Make] = {
    "guarded weight": _guarded("weight", 2),
    "guarded bias": _guarded("bias", 2),
    "guarded weight without elements": _guarded("weight", 0),
    "an RNN's dropout state": lambda: Defective(nn.GRU(2, 3), "_dropout_state", _UNINITIALISED),
    "cleared": _buffer(lambda: _cleared("_clear"), _UNINITIALISED),
    "cleared data": _buffer(lambda: _cleared("_clear_data"), _UNINITIALISED),
    "sparse COO": _buffer(
        lambda: paddle.sparse.sparse_coo_tensor([[0, 1], [1, 0]], [1.0, 2.0], [2, 2]),
        "it is sparse",
    ),
    "sparse CSR": _buffer(
        lambda: paddle.sparse.sparse_csr_tensor([0, 1, 2], [1, 0], [1.0, 2.0], [2, 2]),
        "it is sparse",
    ),
    "selected rows": _buffer(_sparse_gradient, "it is sparse"),
}
