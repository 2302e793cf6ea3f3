"""Modules made of layers that are copied and compared one by one: no tensors of their own.

They are kinds so that their settings can be compared, and their children's names told apart.
"""

from __future__ import annotations

from padiff.kind import Kind
from padiff.settings import containers as settings

__all__ = [
    "LINEAR_CROSS_ENTROPY",
    "TRANSFORMER",
    "TRANSFORMER_DECODER",
    "TRANSFORMER_DECODER_LAYER",
    "TRANSFORMER_ENCODER",
    "TRANSFORMER_ENCODER_LAYER",
    "WRAPPER",
]

TRANSFORMER_ENCODER_LAYER = Kind(
    "transformer_encoder_layer",
    summary="self-attention, then a feed-forward network",
    hyperparameters=settings.TRANSFORMER_LAYER,
)
TRANSFORMER_DECODER_LAYER = Kind(
    "transformer_decoder_layer",
    summary="self-attention, cross-attention (`cross_attn`), then a feed-forward network",
    hyperparameters=settings.TRANSFORMER_LAYER,
)
TRANSFORMER_ENCODER = Kind("transformer_encoder", summary="a stack of encoder layers")
TRANSFORMER_DECODER = Kind("transformer_decoder", summary="a stack of decoder layers")
TRANSFORMER = Kind("transformer", summary="an encoder and a decoder")
LINEAR_CROSS_ENTROPY = Kind(
    "linear_cross_entropy",
    summary="a linear layer and the cross entropy of its scores",
    hyperparameters=settings.LINEAR_CROSS_ENTROPY,
)
WRAPPER = Kind("wrapper", summary="another module, run in a special way: the module stands for it")
