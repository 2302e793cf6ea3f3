"""Dropout in paddle, with masks from a given stream.

`F.dropout` may have been imported by name anywhere, so what it calls is exchanged: the operators in
`paddle._C_ops`, where all of paddle's Python code finds them, and `paddle.uniform`, which answers
otherwise only to those functions of paddle that make masks of its numbers.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import paddle
from paddle.nn.attention import SDPBackend, sdpa_kernel
from paddle.nn.functional import common
from paddle.nn.layer import rnn as recurrent

from padiff.capture.masks import Masks
from padiff.capture.protocols import Draw
from padiff.errors import UsageError
from padiff_paddle.running import tensor_on

__all__ = ["synced_dropout"]

_OPS: Any = paddle._C_ops
_MAKES_MASKS = tuple(
    inspect.unwrap(function).__code__
    for function in (common.dropout, common._feature_alpha_dropout_impl)
)
_PLAIN_RECURRENT = inspect.unwrap(recurrent.RNNBase.forward).__code__
_FUSED = {
    "flash_attn": ((5,), 8),
    "flash_attn_qkvpacked": ((3,), 6),
    "flash_attn_unpadded": ((10,), 13),
    "flash_attn_varlen_qkvpacked": ((8,), 11),
    "flashmask_attention": ((5,), 8),
    "fused_attention": ((15, 20), 16),
    "fused_bias_dropout_residual_layer_norm": ((5,), 6),
    "fused_dropout_add": ((3,), 4),
    "fused_feedforward": ((15, 16), 19),
    "memory_efficient_attention": ((11,), 13),
}
"""Operators that drop inside: the places of the probabilities and of `is_test` among the arguments."""


@contextmanager
def synced_dropout(draw: Draw) -> Iterator[None]:
    """A context in which every dropout takes its mask from `draw`.

    Also dropout inside attention, which paddle computes by its plain (`MATH`) kernel meanwhile, and
    between the layers of recurrent networks, which it computes layer by layer. Numbers that a model
    draws itself (`paddle.uniform`, `paddle.bernoulli`) are left alone.

    Each dropout takes two numbers from paddle's generator, in place of those it would take.

    Raises:
        UsageError: In the forward pass, by fused operators that drop inside, and by RReLU in
            training, which is random and no dropout.
    """
    sync = _Sync(Masks(draw))
    with ExitStack() as stack:
        stack.enter_context(sdpa_kernel(SDPBackend.MATH))
        stack.enter_context(_exchanged(paddle, "uniform", sync.uniform))
        for name in ("dropout", "dropout_", "rnn", "rrelu"):
            stack.enter_context(_exchanged(_OPS, name, getattr(sync, name)))
        for name in _FUSED:
            stack.enter_context(_exchanged(_OPS, name, _guarded(name)))
        yield


class _Sync:
    """What stands in for paddle's operators."""

    def __init__(self, masks: Masks) -> None:
        self._masks = masks
        self._uniform = paddle.uniform
        self._dropout, self._dropout_ = _OPS.dropout, _OPS.dropout_
        self._rnn, self._rrelu = _OPS.rnn, _OPS.rrelu

    def dropout(self, x: Any, seed: Any, p: Any, is_test: bool, mode: str, *rest: Any) -> Any:  # noqa: FBT001
        """Stands in for `_C_ops.dropout`."""
        if is_test or not 0 < float(p) < 1 or not x.size:
            return self._dropout(x, seed, p, is_test, mode, *rest)
        if _is_batch_major_recurrent():
            noise = self._noise(x.transpose([1, 0, 2]), float(p), mode).transpose([1, 0, 2])
        else:
            noise = self._noise(x, float(p), mode)
        return _scaled(x, noise)

    def dropout_(self, x: Any, seed: Any, p: Any, is_test: bool, mode: str, *rest: Any) -> Any:  # noqa: FBT001
        """Stands in for `_C_ops.dropout_`, which writes `x` in place."""
        if is_test or not 0 < float(p) < 1 or not x.size:
            return self._dropout_(x, seed, p, is_test, mode, *rest)
        return x.multiply_(self._noise(x, float(p), mode))

    def _noise(self, x: Any, p: float, mode: str) -> Any:
        """What the kept elements are multiplied with, and 0 elsewhere."""
        scale = 1 / (1 - p) if mode == "upscale_in_train" else 1.0
        keep = self._keep(tuple(x.shape), p)
        return tensor_on(keep * np.float64(scale), x.place).astype(x.dtype)

    def _keep(self, shape: tuple[int, ...], p: float) -> Any:
        high, low = paddle.randint(0, 2**31 - 1, [2])
        return self._masks.keep((int(high), int(low)), shape, p)

    def uniform(self, shape: Any, *args: Any, **kwargs: Any) -> Any:
        """Stands in for `paddle.uniform`: 1 where the caller shall keep and 0 where it shall drop."""
        caller = sys._getframe(1)
        p = float(caller.f_locals["p"]) if caller.f_code in _MAKES_MASKS else 0.0
        if not p:
            return self._uniform(shape, *args, **kwargs)
        keep = self._keep(tuple(shape), p)
        return tensor_on(keep.astype(np.float32), caller.f_locals["x"].place)

    def rnn(self, x: Any, states: Any, weights: Any, lengths: Any, *rest: Any) -> Any:
        """Stands in for `_C_ops.rnn`: one layer at a time, so that dropout can come between."""
        dropout_state, dropout, bidirectional, _, hidden_size, layers, mode, seed, is_test = rest
        if is_test or not 0 < dropout < 1 or layers == 1:
            return self._rnn(x, states, weights, lengths, *rest)
        width = 2 if bidirectional else 1
        last: list[Any] = []
        for layer in range(layers):
            if layer:
                x = _scaled(x, self._noise(x, dropout, "upscale_in_train"))
            x, reserve, state = self._rnn(
                x,
                [of_all[width * layer : width * (layer + 1)] for of_all in states],
                _of_layer(weights, layer, layers),
                lengths,
                dropout_state,
                0.0,
                bidirectional,
                x.shape[-1],
                hidden_size,
                1,
                mode,
                seed,
                is_test,
            )
            last.append(state)
        return x, reserve, [paddle.concat(of_all) for of_all in zip(*last, strict=True)]

    def rrelu(self, x: Any, lower: float, upper: float, is_test: bool) -> Any:  # noqa: FBT001
        """Stands in for `_C_ops.rrelu`."""
        if not is_test:
            raise _unsynced("RReLU draws random slopes in training", "Call its eval() meanwhile.")
        return self._rrelu(x, lower, upper, is_test)


def _of_layer(weights: Any, layer: int, layers: int) -> list[Any]:
    """One layer's tensors: paddle lists the weights of all layers, then the biases of all layers."""
    half = len(weights) // 2
    own = half // layers
    starts = (own * layer, half + own * layer)
    return [weight for start in starts for weight in weights[start : start + own]]


class _Scaled(paddle.autograd.PyLayer):
    """A product that keeps the noise alone for its backward pass, as dropout does."""

    @staticmethod
    def forward(ctx: Any, x: Any, noise: Any) -> Any:
        ctx.save_for_backward(noise)
        return x * noise

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (noise,) = ctx.saved_tensor()
        return gradients[0] * noise, None


_scaled: Any = _Scaled.apply


def _is_batch_major_recurrent() -> bool:
    """Whether paddle's plain code for recurrent layers drops elements of (batch, time, feature).

    Its fused operator, and torch, drop elements of (time, batch, feature): the masks must agree.
    """
    frame = sys._getframe(2)
    for _ in range(4):
        if frame.f_code is _PLAIN_RECURRENT:
            return not frame.f_locals["self"].time_major
        if frame.f_back is None:
            break
        frame = frame.f_back
    return False


@contextmanager
def _exchanged(owner: Any, name: str, value: Any) -> Iterator[None]:
    original = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, original)


def _guarded(name: str) -> Callable[..., Any]:
    """The operator, which may run as long as it drops nothing."""
    operator = getattr(_OPS, name)
    probabilities, is_test = _FUSED[name]

    def guarded(*args: Any) -> Any:
        if not args[is_test] and any(args[place] for place in probabilities):
            raise _unsynced(f"paddle's operator {name} drops inside", "Use the plain layers.")
        return operator(*args)

    return guarded


def _unsynced(what: str, hint: str) -> UsageError:
    return UsageError(f"{what}: it cannot be synchronised.", where=_caller(), hint=hint)


def _caller() -> str:
    """The innermost layer that is running."""
    frame = sys._getframe(1)
    while frame.f_back:
        layer = frame.f_locals.get("self")
        if isinstance(layer, paddle.nn.Layer):
            return repr(layer)
        frame = frame.f_back
    return ""
