"""Dropout in torch, with masks from a given stream.

`F.dropout` may have been imported by name anywhere, and attention and recurrent layers drop inside
torch's own code. So it is caught below all of these, where every dropout fills a tensor with
Bernoulli noise (or, on a GPU, calls one fused operator).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from padiff.capture.masks import Masks
from padiff.capture.protocols import Draw
from padiff.errors import UsageError

__all__ = ["synced_dropout"]

_ATEN: Any = torch.ops.aten
_RECURRENT = (torch.lstm, torch.gru, torch.rnn_tanh, torch.rnn_relu)
_OWN_NOISE = (torch.Tensor.bernoulli_,)
_FUSED_ATTENTION = {
    operator: [argument.name for argument in operator._schema.arguments].index("dropout_p")
    for operator in (
        getattr(_ATEN, f"_scaled_dot_product_{kernel}").default
        for kernel in ("flash_attention", "efficient_attention", "cudnn_attention")
        if hasattr(_ATEN, f"_scaled_dot_product_{kernel}")
    )
}
"""Attention operators that drop inside, with the place of the probability among the arguments."""


@contextmanager
def synced_dropout(draw: Draw) -> Iterator[None]:
    """A context in which every dropout takes its mask from `draw`.

    Also dropout inside attention, which torch computes by its plain (`MATH`) kernel meanwhile, and
    between the layers of recurrent networks, which it computes without cuDNN. Noise that a model
    makes itself (`Tensor.bernoulli_`, `torch.rand`) is left alone, and so is dropout inside compiled
    or foreign kernels: torch does not know it.

    Each dropout takes one number from torch's generator, in place of those it would take.

    Raises:
        UsageError: In the forward pass, by dropout on a packed sequence, whose elements have another
            order than a padded one's; by attention the model itself pins to a fused kernel; and by
            RReLU in training, which is random and no dropout. At once in inference mode, where
            torch's dropouts cannot be seen.
    """
    if torch.is_inference_mode_enabled():
        raise UsageError(
            "Dropout cannot be synchronised in torch's inference mode.",
            got="a call within torch.inference_mode()",
            hint="Call it outside, or within torch.no_grad().",
        )
    below = _Below(Masks(draw))
    with sdpa_kernel(SDPBackend.MATH), below, _Above(below):
        yield


class _Below(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees operators after autograd has, and those that torch's own C++ code calls."""

    def __init__(self, masks: Masks) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.paused = False
        self._masks = masks

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is _ATEN.bernoulli_.float and not self.paused:
            return self._fill(args[0], _argument(args, 1, 0.5))
        if func is _ATEN.native_dropout.default and args[2] and 0 < args[1] < 1:
            noise = self._fill(torch.empty_like(args[0]), 1 - args[1])
            return args[0] * noise.div(1 - args[1]), noise.to(torch.bool)
        if func is _ATEN.rrelu_with_noise.default and _argument(args, 4):
            raise _unsynced("RReLU draws random slopes in training", "Call its eval() meanwhile.")
        if func in _FUSED_ATTENTION and _argument(args, _FUSED_ATTENTION[func]):
            raise _unsynced(
                "Attention with dropout is pinned to a fused kernel",
                "Let the model choose SDPBackend.MATH meanwhile.",
            )
        return func(*args, **kwargs)

    def _fill(self, noise: torch.Tensor, keep: float) -> torch.Tensor:
        """1 where an element is kept and 0 elsewhere, as `bernoulli_` would."""
        key = int(torch.randint(2**62, (), device="cpu"))
        mask = self._masks.keep(key, tuple(noise.shape), 1 - keep)
        return noise.copy_(torch.from_numpy(mask))


def _argument(args: Any, place: int, default: float = 0) -> Any:
    """An argument by place; torch leaves off what has its default value."""
    return args[place] if len(args) > place else default


class _Above(TorchFunctionMode):
    """Sees what a model itself calls."""

    def __init__(self, below: _Below) -> None:
        super().__init__()
        self._below = below

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func in _OWN_NOISE:
            return self._unsynced(func, *args, **kwargs)
        if func in _RECURRENT:
            if not isinstance(args[3], bool) and args[6] and args[7]:
                raise _unsynced(
                    "Dropout between the layers of a network on a packed sequence",
                    "Pass a padded sequence.",
                )
            with torch.backends.cudnn.flags(enabled=False):  # it drops inside
                return func(*args, **kwargs)
        return func(*args, **kwargs)

    def _unsynced(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        self._below.paused = True
        try:
            return func(*args, **kwargs)
        finally:
            self._below.paused = False


def _unsynced(what: str, hint: str) -> UsageError:
    return UsageError(f"{what}: it cannot be synchronised.", where=_caller(), hint=hint)


def _caller() -> str:
    """The innermost module that is running."""
    frame = sys._getframe(1)
    while frame.f_back:
        module = frame.f_locals.get("self")
        if isinstance(module, torch.nn.Module):
            return repr(module)
        frame = frame.f_back
    return ""
