"""A run that `transformers` makes: its text generation calls a model once a token."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import GPT2Config, GPT2LMHeadModel

import padiff
from padiff.trace.trace import Trace
from tests.trace.recording import values_of


def test_generation_calls_the_model_once_a_token(tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = GPT2Config(
        n_layer=2,
        n_head=2,
        n_embd=8,
        vocab_size=11,
        n_positions=16,
        bos_token_id=0,
        eos_token_id=10,
    )
    model: Any = GPT2LMHeadModel(config)
    model.eval()
    ids = torch.tensor([[1, 2, 3]])
    with padiff.record(model, tmp_path / "t", steps=3) as session:
        tokens = model.generate(ids, max_new_tokens=5, min_new_tokens=5, do_sample=False)
    assert session.recorded == 3
    assert torch.equal(
        tokens, model.generate(ids, max_new_tokens=5, min_new_tokens=5, do_sample=False)
    )
    trace = Trace(tmp_path / "t")
    assert [step.number for step in trace.steps] == [0, 1, 2]
    for number, step in enumerate(trace.steps):
        root = step.calls[0]
        assert (root.module, root.parent) == (0, -1)
        assert sum(call.module == 0 for call in step.calls) == 1
        logits = values_of(trace, root, "outputs", "logits")
        assert int(logits[0, -1].argmax()) in (int(tokens[0, 3 + number]), 10)
    # The output layer is tied to the embedding.
    state = trace.model().handle().state().specs
    assert state["lm_head.weight"].memory == state["transformer.wte.weight"].memory
