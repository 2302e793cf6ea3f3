"""Rows 155 to 170: Transformer layers, stacks of them, and the whole Transformer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import paddle.nn as pnn
from torch import nn

from .attention import KEY
from .case import Case, PaddleInputs, Pin, TorchInputs
from .inputs import causal_float, named, normal, normals

SOURCE: Final = normals(src=(2, 4, 6))
TARGET: Final = normals(tgt=(2, 3, 6), memory=(2, 4, 6))
BOTH: Final = normals(src=(2, 4, 6), tgt=(2, 3, 6))

TORCH_ENCODER: Final = partial(nn.TransformerEncoderLayer, 6, 2, 10, 0.0, batch_first=True)
TORCH_DECODER: Final = partial(nn.TransformerDecoderLayer, 6, 2, 10, 0.0, batch_first=True)
PADDLE_ENCODER: Final = partial(pnn.TransformerEncoderLayer, 6, 2, 10, 0.0)
PADDLE_DECODER: Final = partial(pnn.TransformerDecoderLayer, 6, 2, 10, 0.0)

ENCODER: Final = ("self_attn",)
DECODER: Final = ("self_attn", "multihead_attn")


def key_biases(*attentions: str) -> tuple[Pin, ...]:
    """The key biases of the attentions at these paths in torch's module."""
    return tuple(
        Pin(
            f"{path}.k.bias",
            f"{path}.in_proj_bias",
            f"{path.replace('multihead_attn', 'cross_attn')}.k_proj.bias",
            KEY,
        )
        for path in attentions
    )


def layers(
    row: int,
    what: str,
    torch_options: dict[str, Any],
    paddle_options: dict[str, Any],
    bias: bool = True,
) -> Iterator[Case]:
    """An encoder layer in one row and a decoder layer in the next."""
    yield Case(
        row,
        f"TransformerEncoderLayer{what}",
        partial(TORCH_ENCODER, **torch_options),
        partial(PADDLE_ENCODER, **paddle_options),
        SOURCE,
        # torch drops the biases of the norms as well, paddle keeps them.
        paddle_only={} if bias else {"norm1.bias": 0.0, "norm2.bias": 0.0},
        blind=key_biases(*ENCODER) if bias else (),
    )
    yield Case(
        row + 1,
        f"TransformerDecoderLayer{what}",
        partial(TORCH_DECODER, **torch_options),
        partial(PADDLE_DECODER, **paddle_options),
        TARGET,
        paddle_only={} if bias else {"norm1.bias": 0.0, "norm2.bias": 0.0, "norm3.bias": 0.0},
        blind=key_biases(*DECODER) if bias else (),
    )


def causal_time_major(module: Any, inputs: TorchInputs) -> object:
    """Run a torch Transformer that wants time before batch, with a mask over the targets."""
    src, tgt = (inputs[name].transpose(0, 1) for name in ("src", "tgt"))
    return module(src, tgt, tgt_mask=inputs["mask"]).transpose(0, 1)


def causal(layer: Any, inputs: PaddleInputs) -> object:
    """Run a paddle Transformer with a mask over the targets."""
    return layer(inputs["src"], inputs["tgt"], tgt_mask=inputs["mask"])


CASES: Final = (
    *layers(155, "", {}, {}),
    *layers(157, " norm_first", {"norm_first": True}, {"normalize_before": True}),
    *layers(159, " gelu", {"activation": "gelu"}, {"activation": "gelu"}),
    *layers(161, " layer_norm_eps", {"layer_norm_eps": 5e-4}, {"layer_norm_eps": 5e-4}),
    *layers(163, " bias=False", {"bias": False}, {"bias_attr": False}, bias=False),
    Case(
        165,
        # Outputs are always compared in eval() without gradients, where torch has a kernel apart.
        "TransformerEncoderLayer no_grad (torch fast path)",
        TORCH_ENCODER,
        PADDLE_ENCODER,
        SOURCE,
        blind=key_biases(*ENCODER),
    ),
    Case(
        166,
        "TransformerEncoder 2 layers + norm",
        lambda: nn.TransformerEncoder(TORCH_ENCODER(), 2, nn.LayerNorm(6)),
        lambda: pnn.TransformerEncoder(PADDLE_ENCODER(), 2, pnn.LayerNorm(6)),
        SOURCE,
        blind=key_biases("layers.0.self_attn", "layers.1.self_attn"),
    ),
    Case(
        167,
        "TransformerDecoder 2 layers, no norm",
        lambda: nn.TransformerDecoder(TORCH_DECODER(), 2),
        lambda: pnn.TransformerDecoder(PADDLE_DECODER(), 2),
        TARGET,
        blind=key_biases(
            *(f"layers.{index}.{attention}" for index in (0, 1) for attention in DECODER)
        ),
    ),
    Case(
        168,
        "Transformer",
        lambda: nn.Transformer(6, 2, 2, 1, 10, 0.0, batch_first=True),
        lambda: pnn.Transformer(6, 2, 2, 1, 10, 0.0),
        BOTH,
        blind=key_biases(
            "encoder.layers.0.self_attn",
            "encoder.layers.1.self_attn",
            "decoder.layers.0.self_attn",
            "decoder.layers.0.multihead_attn",
        ),
    ),
    Case(
        169,
        "Transformer norm_first gelu",
        lambda: nn.Transformer(6, 2, 1, 2, 10, 0.0, "gelu", batch_first=True, norm_first=True),
        lambda: pnn.Transformer(6, 2, 1, 2, 10, 0.0, "gelu", normalize_before=True),
        BOTH,
        blind=key_biases(
            "encoder.layers.0.self_attn",
            *(f"decoder.layers.{index}.{attention}" for index in (0, 1) for attention in DECODER),
        ),
    ),
    Case(
        170,
        "Transformer batch_first=False, causal float mask",
        lambda: nn.Transformer(6, 2, 1, 1, 10, 0.0),
        lambda: pnn.Transformer(6, 2, 1, 1, 10, 0.0),
        named(src=normal(2, 4, 6), tgt=normal(2, 3, 6), mask=causal_float(3, 3)),
        run_torch=causal_time_major,
        run_paddle=causal,
        constants=frozenset({"mask"}),
        blind=key_biases(
            "encoder.layers.0.self_attn",
            "decoder.layers.0.self_attn",
            "decoder.layers.0.multihead_attn",
        ),
    ),
)
