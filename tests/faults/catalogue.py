"""Every planted fault."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import paddle
import torch
from paddle import nn

from tests.faults.fault import Fault
from tests.faults.planting import (
    attribute,
    exchanged,
    hooked,
    method,
    replaced,
    rewritten,
    scaled_gradient,
)

__all__ = ["FAULTS"]


def _frozen(path: str, name: str) -> Any:
    def plant(model: Any) -> None:
        module = model
        for part in path.split("."):
            module = module[int(part)] if part.isdigit() else getattr(module, part)
        getattr(module, name).stop_gradient = True

    return plant


def _evaluated(path: str) -> Any:
    def plant(model: Any) -> None:
        module = model
        for part in path.split("."):
            module = module[int(part)] if part.isdigit() else getattr(module, part)
        module.eval()

    return plant


def _muted(path: str) -> Any:
    """Make the last layer's weight so small that nothing before it shows in the output."""

    def prepare(model: torch.nn.Module) -> None:
        layer: Any = model.get_submodule(path)
        with torch.no_grad():
            layer.weight.mul_(1e-7)

    return prepare


def _nothing(_: Any) -> None:
    return


def _gates(order: list[int], values: Any) -> Any:
    """The four gates of an LSTM, in another order."""
    return values.reshape(4, -1, values.shape[-1])[order].reshape(values.shape)


def _with_nan_row(values: Any) -> Any:
    values = values.copy()
    values[3] = np.nan
    return values


def _reversed_gpt(model: Any, ids: Any) -> Any:
    hidden = model.embed(ids)
    for block in reversed(list(model.h)):
        hidden = block(hidden)
    return model.lm_head(model.ln_f(hidden))


def _other_order(self: Any, token: Any, state: Any, memory: Any) -> Any:
    context = self.attention(state, memory)
    _, state = self.cell(paddle.concat([context, token], axis=-1), state)
    return self.out(self.dropout(paddle.concat([state, context], axis=-1))), state


def _old_state(self: Any, token: Any, state: Any, memory: Any) -> Any:
    context = self.attention(state, memory)
    _, new = self.cell(paddle.concat([token, context], axis=-1), state)
    return self.out(self.dropout(paddle.concat([new, context], axis=-1))), state


def _reshaped_columns(self: Any, images: Any) -> Any:
    features = self.backbone(images).mean(axis=2)
    batch, channels, columns = features.shape
    return features.reshape([columns, batch, channels])


MINILM: Final = (
    Fault(
        "another epsilon",
        "minilm",
        attribute("encoder.layer.1.output.layer_norm", _epsilon=1e-3),
        "encoder.layer.1.output.layer_norm",
        hint="epsilon",
    ),
    Fault(
        "GELU's tanh form for the exact one",
        "minilm",
        attribute("encoder.layer.0.intermediate.activation", _approximate=True),
        "encoder.layer.0.intermediate.activation",
        hint="gelu",
    ),
    Fault(
        "missing residual",
        "minilm",
        method("encoder.layer.0.output", "residual", lambda _self, inner, _hidden: inner),
        "encoder.layer.0.output",
        hint="missing_residual",
    ),
    Fault(
        "swapped q and k",
        "minilm",
        exchanged(
            ("encoder.layer.1.attention.query", "weight"),
            ("encoder.layer.1.attention.key", "weight"),
        ),
        "encoder.layer.1.attention.query",
        hint="swapped",
    ),
    Fault(
        "a square weight not transposed",
        "minilm",
        rewritten("encoder.layer.0.attention.value", "weight", lambda w: w.T),
        "encoder.layer.0.attention.value",
        hint="transposed",
    ),
    Fault(
        "padding kept, tokens masked",
        "minilm",
        method("", "mask_bias", lambda _, mask: mask.astype("float32").unsqueeze([1, 2]) * -10000),
        "",
    ),
    Fault(
        "scores not divided by the square root",
        "minilm",
        method(
            "encoder.layer.1.attention",
            "scores",
            lambda self, hidden, bias: (
                self.split_heads(self.query(hidden))
                @ self.split_heads(self.key(hidden)).transpose([0, 1, 3, 2])
                + bias
            ),
        ),
        "encoder.layer.1.attention",
    ),
    Fault(
        "heads merged in the wrong order",
        "minilm",
        method(
            "encoder.layer.0.attention",
            "merge_heads",
            lambda _, attended: attended.transpose([0, 2, 3, 1]).flatten(2),
        ),
        "encoder.layer.0.attention",
        hint="permuted",
    ),
    Fault(
        "NaN in one row",
        "minilm",
        rewritten("embeddings.position_embeddings", "weight", _with_nan_row),
        "embeddings.position_embeddings",
        hint="weights",
    ),
    Fault(
        "dropout rate",
        "minilm",
        attribute("embeddings.dropout", p=0.5),
        "embeddings.dropout",
        hint="p",
    ),
    Fault(
        "frozen bias",
        "minilm",
        _frozen("encoder.layer.0.attention.query", "bias"),
        "encoder.layer.0.attention.query",
        "backward",
    ),
    Fault(
        "detached residual",
        "minilm",
        method(
            "encoder.layer.0.output", "residual", lambda _, inner, hidden: inner + hidden.detach()
        ),
        "encoder.layer.0.output",
        "backward",
    ),
    Fault(
        "gradient scaled by 1.01",
        "minilm",
        scaled_gradient("encoder.layer.1.intermediate.dense"),
        "encoder.layer.1.intermediate.dense",
        "backward",
    ),
)

GPT: Final = (
    Fault(
        "post-norm for pre-norm",
        "gpt",
        method("h.1", "mlp_step", lambda self, hidden: hidden + self.ln_2(self.mlp(hidden))),
        "h.1",
    ),
    Fault(
        "the mask lets one token of the future through",
        "gpt",
        method(
            "h.0.attn",
            "mask",
            lambda _, length: paddle.full([length, length], -math.inf, "float32").triu(2),
        ),
        "h.0.attn",
    ),
    Fault(
        "GELU's exact form for tanh",
        "gpt",
        attribute("h.1.mlp.gelu", _approximate=False),
        "h.1.mlp.gelu",
        hint="gelu",
    ),
    Fault(
        "layer order swapped",
        "gpt",
        method("", "forward", _reversed_gpt),
        "",
    ),
    Fault(
        "missing residual around the attention",
        "gpt",
        method("h.0", "attention_step", lambda self, hidden: self.attn(self.ln_1(hidden))),
        "h.0",
        hint="missing_residual",
    ),
    Fault(
        "another epsilon in the last norm",
        "gpt",
        attribute("ln_f", _epsilon=1e-3),
        "ln_f",
        hint="epsilon",
    ),
    Fault(
        "positions counted twice",
        "gpt",
        method(
            "",
            "embed",
            lambda self, ids: self.drop(self.wte(ids) + 2 * self.wpe(paddle.arange(ids.shape[1]))),
        ),
        "",
    ),
    Fault(
        "logits scaled",
        "gpt",
        hooked("lm_head", lambda logits: logits * 1.5),
        "lm_head",
        hint="scaled",
    ),
    Fault(
        "a projection transposed",
        "gpt",
        rewritten("h.0.attn.c_proj", "weight", lambda w: w.T),
        "h.0.attn.c_proj",
        hint="transposed",
    ),
    Fault(
        "gradient scaled by 1.01 in the feed-forward",
        "gpt",
        scaled_gradient("h.0.mlp.fc1"),
        "h.0.mlp.fc1",
        "backward",
    ),
    Fault(
        "detached residual in the feed-forward",
        "gpt",
        method(
            "h.1", "mlp_step", lambda self, hidden: hidden.detach() + self.mlp(self.ln_2(hidden))
        ),
        "h.1",
        "backward",
    ),
)


SEQ2SEQ: Final = (
    Fault(
        "the two directions exchanged",
        "seq2seq",
        exchanged(("encoder.rnn.0.cell_fw", "weight_ih"), ("encoder.rnn.0.cell_bw", "weight_ih")),
        "encoder.rnn",
        hint="swapped",
    ),
    Fault(
        "no tanh on the first state",
        "seq2seq",
        method(
            "encoder",
            "first_state",
            lambda self, last: self.bridge(paddle.concat([last[0], last[1]], axis=-1)),
        ),
        "encoder",
        hint="activation",
    ),
    Fault(
        "the two directions' last states interleaved",
        "seq2seq",
        method(
            "encoder",
            "first_state",
            lambda self, last: self.bridge(last.transpose([1, 2, 0]).flatten(1)).tanh(),
        ),
        "encoder",
        hint="permuted",
    ),
    Fault(
        "softmax over the wrong axis",
        "seq2seq",
        method(
            "decoder.attention",
            "weights",
            lambda self, state, memory: nn.functional.softmax(
                self.score((self.query(state).unsqueeze(1) + self.key(memory)).tanh()), axis=0
            ),
        ),
        "decoder.attention",
    ),
    Fault(
        "a bias left out",
        "seq2seq",
        rewritten("decoder.cell", "bias_hh", np.zeros_like),
        "decoder.cell",
        hint="missing_bias",
    ),
    Fault(
        "token and context in the wrong order",
        "seq2seq",
        method("decoder", "step", _other_order),
        "decoder",
        hint="shifted",
    ),
    Fault(
        "the state never moves on",
        "seq2seq",
        method("decoder", "step", _old_state),
        "decoder",
    ),
    Fault(
        "gradient scaled by 1.01 in the bridge",
        "seq2seq",
        scaled_gradient("encoder.bridge"),
        "encoder.bridge",
        "backward",
    ),
)


RESNET: Final = (
    Fault(
        "another padding and dilation",
        "resnet",
        attribute("layer1.0.conv1", _padding=[2, 2], _updated_padding=[2, 2], _dilation=[2, 2]),
        "layer1.0.conv1",
    ),
    Fault("another epsilon", "resnet", attribute("bn1", _epsilon=1e-2), "bn1", hint="epsilon"),
    Fault("wrong momentum", "resnet", attribute("bn1", _momentum=0.5), "bn1", "update"),
    Fault(
        "one layer in eval",
        "resnet",
        _evaluated("layer1.0.bn1"),
        "layer1.0.bn1",
        hint="training_mode",
    ),
    Fault(
        "a missing activation",
        "resnet",
        replaced("layer2.1.relu", nn.Identity),
        "layer2.1.relu",
        hint="activation",
    ),
    Fault(
        "a wrong running variance",
        "resnet",
        rewritten("layer3.0.bn1", "_variance", lambda v: v * 2),
        "layer3.0.bn1",
        hint="scaled",
        training=False,
    ),
    Fault(
        "no bias in the classifier",
        "resnet",
        rewritten("fc", "bias", np.zeros_like),
        "fc",
        hint="missing_bias",
    ),
    Fault(
        "channels permuted",
        "resnet",
        rewritten("layer4.1.conv2", "weight", lambda w: np.roll(w, 1, axis=0)),
        "layer4.1.conv2",
        hint="shifted",
    ),
)

UNET: Final = (
    Fault(
        "a kernel flipped",
        "unet",
        rewritten("up2.up", "weight", lambda w: w[..., ::-1, ::-1]),
        "up2.up",
        hint="permuted",
    ),
    Fault(
        "other groups",
        "unet",
        attribute("up1.norm", _num_groups=2),
        "up1.norm",
        hint="num_groups",
    ),
    Fault(
        "skipped and doubled features exchanged",
        "unet",
        method("up2", "join", lambda _, doubled, skipped: paddle.concat([doubled, skipped], 1)),
        "up2",
        hint="swapped",
    ),
    Fault(
        "another activation",
        "unet",
        replaced("up1.act", nn.ReLU),
        "up1.act",
        hint="activation",
    ),
    Fault("another pooling", "unet", replaced("pool", lambda: nn.AvgPool2D(2)), "pool"),
    Fault(
        "an output shifted",
        "unet",
        hooked("down2.3", lambda features: paddle.roll(features, 1, axis=3)),
        "down2.3",
        hint="shifted",
    ),
)

OCR: Final = (
    Fault(
        "another epsilon",
        "ocr",
        attribute("backbone.6.bn", _epsilon=1e-2),
        "backbone.6.bn",
        hint="epsilon",
    ),
    Fault(
        "columns of features reshaped, not transposed",
        "ocr",
        method("", "columns", _reshaped_columns),
        "",
        hint="reshaped",
    ),
    Fault(
        "LSTM gates in the order of ONNX",
        "ocr",
        rewritten("neck.1.cell_fw", "weight_hh", lambda w: _gates([0, 3, 1, 2], w)),
        "neck",
        hint="swapped",
    ),
    Fault(
        "sign flipped",
        "ocr",
        hooked("head", lambda logits: -logits),
        "head",
        hint="sign",
    ),
)

BELOW_THE_OUTPUT: Final = (
    Fault(
        "inner epsilon, U-Net",
        "unet",
        attribute("up1.norm", _epsilon=1e-2),
        "up1.norm",
        hint="epsilon",
        prepare=_muted("head"),
    ),
    Fault(
        "inner bias, translator",
        "seq2seq",
        rewritten("decoder.cell", "bias_ih", lambda b: b + 0.1),
        "decoder.cell",
        hint="weights",
        prepare=_muted("decoder.out"),
    ),
    Fault(
        "inner epsilon, ResNet",
        "resnet",
        attribute("layer4.1.bn2", _epsilon=1e-2),
        "layer4.1.bn2",
        hint="epsilon",
        prepare=_muted("fc"),
    ),
    Fault(
        "inner weight, OCR",
        "ocr",
        rewritten("backbone.10.conv", "weight", lambda w: w * 1.01),
        "backbone.10.conv",
        hint="scaled",
        prepare=_muted("fc"),
    ),
)

OPTIMIZER: Final = (
    Fault(
        "Adam's epsilon",
        "gpt",
        _nothing,
        "",
        "update",
        optimizers=lambda base, raw: (
            torch.optim.Adam(base.parameters(), 1e-3),
            paddle.optimizer.Adam(1e-3, epsilon=1e-4, parameters=raw.parameters()),
        ),
    ),
    Fault(
        "another momentum, seen in the second step",
        "minilm",
        _nothing,
        "",
        "update",
        step=1,
        steps=3,
        optimizers=lambda base, raw: (
            torch.optim.SGD(base.parameters(), 0.1, momentum=0.9),
            paddle.optimizer.Momentum(0.1, momentum=0.8, parameters=raw.parameters()),
        ),
    ),
    Fault(
        "weight decay coupled for decoupled",
        "seq2seq",
        _nothing,
        "",
        "update",
        optimizers=lambda base, raw: (
            torch.optim.AdamW(base.parameters(), 1e-3, weight_decay=0.1),
            paddle.optimizer.Adam(1e-3, weight_decay=0.1, parameters=raw.parameters()),
        ),
    ),
    Fault(
        "another learning rate",
        "ocr",
        _nothing,
        "",
        "update",
        optimizers=lambda base, raw: (
            torch.optim.SGD(base.parameters(), 0.1),
            paddle.optimizer.SGD(0.11, parameters=raw.parameters()),
        ),
    ),
)

FAULTS: Final = (
    *MINILM,
    *GPT,
    *SEQ2SEQ,
    *RESNET,
    *UNET,
    *OCR,
    *BELOW_THE_OUTPUT,
    *OPTIMIZER,
)
