"""The demonstration: pair the attentions by hand, transfer, and compare sentences."""

from __future__ import annotations

from dataclasses import dataclass

import attention  # noqa: F401 - registers the init function
import numpy as np
import numpy.typing as npt
import paddle
import screen
import torch
from encoder import Encoder, EncoderConfig
from published import Tokens, load_encoder, pool, tokenize
from rich.console import Console
from transformers import BertModel

import padiff

PAIRS = (
    ("A man is eating food.", "A man is eating a piece of bread."),
    ("The girl is carrying a baby.", "A woman holds a child in her arms."),
    ("The cat sat on the mat.", "Quarterly revenue rose by four per cent."),
    ("How do I reset my password?", "I forgot the code for my account."),
)

TOLERANCE = 1e-5
"""How far the two encoders' cosines may be apart. Rounding in float32 makes less than 1e-6."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How similar two sentences are to each encoder."""

    sentences: tuple[str, str]
    base: float
    raw: float

    @property
    def difference(self) -> float:
        return abs(self.base - self.raw)

    @property
    def agree(self) -> bool:
        return self.difference <= TOLERANCE


def demo(console: Console) -> bool:
    """Run the demonstration; whether all similarities agree."""
    base = padiff.create_model(load_encoder(), "transformers BertModel")
    raw = padiff.create_model(Encoder(EncoderConfig()), "encoder.Encoder")
    raw.model.eval()

    base.set_layer_map([layer.attention for layer in base.model.encoder.layer])
    raw.set_layer_map([block.attention for block in raw.model.blocks])
    report = padiff.assign_weight(base, raw, ignore=[base.model.pooler])
    screen.transfer(console, report)

    tokens = tokenize([sentence for pair in PAIRS for sentence in pair])
    ours = similarities(encode_torch(base.model, tokens))
    theirs = similarities(encode_paddle(raw.model, tokens))
    compared = [Compared(*values) for values in zip(PAIRS, ours, theirs, strict=True)]
    screen.similarities(console, compared)
    agreed = all(sentences.agree for sentences in compared)
    screen.verdict(console, agreed=agreed)
    return agreed


def encode_torch(model: BertModel, tokens: Tokens) -> npt.NDArray[np.float32]:
    with torch.no_grad():
        hidden = model(
            input_ids=torch.from_numpy(tokens.input_ids),
            attention_mask=torch.from_numpy(tokens.attention_mask),
        ).last_hidden_state
    return pool(hidden.numpy(), tokens)


def encode_paddle(model: Encoder, tokens: Tokens) -> npt.NDArray[np.float32]:
    with paddle.no_grad():
        hidden = model(
            paddle.to_tensor(tokens.input_ids),
            paddle.to_tensor(tokens.attention_mask),
        )
    return pool(hidden.numpy(), tokens)


def similarities(embeddings: npt.NDArray[np.float32]) -> list[float]:
    """Cosines of the first and second, third and fourth, ... of normalised embeddings."""
    cosines: list[float] = (embeddings[0::2] * embeddings[1::2]).sum(axis=1).tolist()
    return cosines
