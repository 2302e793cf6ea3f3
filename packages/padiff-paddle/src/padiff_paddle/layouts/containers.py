"""Modules made of layers with layouts of their own: only their children's names matter here.

A Transformer's layers hold `self_attn`, `linear1`, `linear2`, `norm1`, `norm2`, and in a decoder
also `norm3` and `cross_attn`; these are the canonical names. A wrapper is transparent: the layer
inside stands for it.
"""

from __future__ import annotations

from padiff.kinds import (
    TRANSFORMER,
    TRANSFORMER_DECODER,
    TRANSFORMER_DECODER_LAYER,
    TRANSFORMER_ENCODER,
    TRANSFORMER_ENCODER_LAYER,
    WRAPPER,
)
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

_WRAPPERS = {"paddle.distributed.parallel.DataParallel": "_layers"}
LAYOUTS = {
    "paddle.nn.TransformerEncoderLayer": Layout(TRANSFORMER_ENCODER_LAYER),
    "paddle.nn.TransformerDecoderLayer": Layout(TRANSFORMER_DECODER_LAYER),
    "paddle.nn.TransformerEncoder": Layout(TRANSFORMER_ENCODER),
    "paddle.nn.TransformerDecoder": Layout(TRANSFORMER_DECODER),
    "paddle.nn.Transformer": Layout(TRANSFORMER),
    "paddle.incubate.nn.FusedTransformerEncoderLayer": Layout(TRANSFORMER_ENCODER_LAYER),
    **{name: Layout(WRAPPER, children={inside: ""}) for name, inside in _WRAPPERS.items()},
}
