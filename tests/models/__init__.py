"""Pairs of one network in torch and in paddle, for tests that plant a fault in one of them.

Each pair computes the same function once its weights are moved: outputs, losses and gradients, in
evaluation and (BatchNorm's running variance apart, which torch keeps unbiased and paddle biased) in
training. Dropout layers are there, with probability 0. Submodules, attributes such as `stride`, and
the methods a forward is split into can all be replaced from outside.
"""

from __future__ import annotations

from typing import Final

from tests.models import gpt, minilm, ocr, resnet, seq2seq, unet
from tests.models.pair import ModelPair

__all__ = ["PAIRS", "ModelPair"]

PAIRS: Final = tuple(
    ModelPair(
        module.__name__.rpartition(".")[2],
        module.DESCRIPTION,
        module.build_torch,
        module.build_paddle,
        module.inputs,
    )
    for module in (ocr, minilm, resnet, gpt, seq2seq, unet)
)
