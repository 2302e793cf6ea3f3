"""What `khmer-ocr-ocm` publishes: a trained network, fonts, and how a line of text is read."""

from __future__ import annotations

from pathlib import Path

import torch
from khmer_ocr_ocm import (  # type: ignore[import-untyped]  # the package ships no types
    CRNN,
    get_khmer_font_paths,
    get_model_path,
)
from khmer_ocr_ocm.dataset import render_line  # type: ignore[import-untyped]
from khmer_ocr_ocm.inference import (  # type: ignore[import-untyped]
    ctc_greedy_decode,
    load_vocab,
    preprocess,
)

CHARACTERS: dict[int, str] = load_vocab()
NUM_CLASSES = max(CHARACTERS) + 1


def published_weights() -> dict[str, torch.Tensor]:
    """The trained network's state dict, as the package ships it."""
    checkpoint = torch.load(get_model_path(), map_location="cpu", weights_only=True)
    state: dict[str, torch.Tensor] = checkpoint["model_state_dict"]
    return state


def fresh_network() -> torch.nn.Module:
    """The package's own network for inference, with the weights torch initialises it with."""
    network: torch.nn.Module = CRNN(num_classes=NUM_CLASSES)
    return network.eval()


def fonts() -> dict[str, str]:
    """The package's modern Khmer fonts: paths by name."""
    return {Path(path).stem: path for path in get_khmer_font_paths()}


def render(text: str, font: str) -> torch.Tensor:
    """A line of text as the network takes it: grey, in `[-1, 1]`, of shape `(1, 1, 48, 512)`."""
    image: torch.Tensor = preprocess(render_line(text, fonts()[font]))
    return image


def decode(logits: torch.Tensor) -> str:
    """The text that logits of shape `(time, 1, classes)` spell, each step at its most likely."""
    text: str = ctc_greedy_decode(logits, CHARACTERS)[0]
    return text
