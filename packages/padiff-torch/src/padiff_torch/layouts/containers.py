"""Modules made of layers with layouts of their own: only their children's names matter here.

A Transformer's layers hold `self_attn`, `linear1`, `linear2`, `norm1`, `norm2`, and in a decoder
also `norm3` and `multihead_attn`, canonically `cross_attn`. A wrapper is transparent: the module
inside stands for it.
"""

from __future__ import annotations

from padiff.kinds import (
    LINEAR_CROSS_ENTROPY,
    TRANSFORMER,
    TRANSFORMER_DECODER,
    TRANSFORMER_DECODER_LAYER,
    TRANSFORMER_ENCODER,
    TRANSFORMER_ENCODER_LAYER,
    WRAPPER,
)
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

_WRAPPERS = {
    "torch.nn.DataParallel": "module",
    "torch.nn.parallel.distributed.DistributedDataParallel": "module",
    "torch._dynamo.eval_frame.OptimizedModule": "_orig_mod",
}
LAYOUTS = {
    "torch.nn.TransformerEncoderLayer": Layout(TRANSFORMER_ENCODER_LAYER),
    "torch.nn.TransformerDecoderLayer": Layout(
        TRANSFORMER_DECODER_LAYER, children={"multihead_attn": "cross_attn"}
    ),
    "torch.nn.TransformerEncoder": Layout(TRANSFORMER_ENCODER),
    "torch.nn.TransformerDecoder": Layout(TRANSFORMER_DECODER),
    "torch.nn.Transformer": Layout(TRANSFORMER),
    "torch.nn.LinearCrossEntropyLoss": Layout(LINEAR_CROSS_ENTROPY),
    **{name: Layout(WRAPPER, children={inside: ""}) for name, inside in _WRAPPERS.items()},
}
