from __future__ import annotations

import io
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

import padiff
from padiff.registry import ClassKey, InitKey
from tests.examples.scripts import imported, run

KEY = InitKey(
    ClassKey("torch", "transformers.models.bert.modeling_bert.BertAttention"),
    ClassKey("paddle", "encoder.SelfAttention"),
)


@pytest.fixture(scope="module")
def output() -> str:
    return run("minilm", width=80)


@pytest.fixture
def demo() -> Iterator[ModuleType]:
    with imported("minilm") as module:
        yield module
        padiff.registry.unregister_init(*KEY)


def told(demo: ModuleType) -> tuple[bool, str]:
    """Whether the demonstration said that all is well, and what it printed."""
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as capture:
        agreed = demo.demo(console)
    return agreed, capture.get()


def test_every_tensor_is_accounted_for(output: str) -> None:
    rows = re.findall(r"^ *(\d+) +(copied|initialised|ignored) +(.+?) *$", output, re.MULTILINE)
    assert rows == [
        ("43", "copied", "layer by layer: embedding, layer_norm, linear, parameters"),
        ("60", "initialised", "read by attention.fill_attention"),
        ("60", "initialised", "written by attention.fill_attention"),
        ("2", "ignored", "pooler.dense.weight, pooler.dense.bias"),
    ]


def test_both_encoders_find_the_sentences_equally_similar(output: str) -> None:
    rows = re.findall(r" (-?0\.\d{6}) +(-?0\.\d{6}) +(\S+) *$", output, re.MULTILINE)
    cosines = [(float(base), float(raw)) for base, raw, _ in rows]
    assert [round(base, 2) for base, _ in cosines] == [0.76, 0.45, -0.02, 0.5]
    assert all(abs(base - raw) <= 2e-6 for base, raw in cosines)
    assert all(float(difference) < 1e-5 for _, _, difference in rows)
    assert output.endswith("Both encoders find the sentences equally similar.\n")


def test_nothing_is_cut_off_or_wider_than_the_terminal(output: str) -> None:
    assert "…" not in output
    assert max(map(cell_len, output.splitlines())) <= 80


def test_an_init_function_that_swaps_query_and_key_fails(demo: ModuleType) -> None:
    """The two have one shape: only the sentences can tell."""
    fill = padiff.registry.inits[KEY].func

    def swapped(base: Any, raw: Any) -> None:
        fill(base, raw)
        query, key = raw.attention.q_proj.weight, raw.attention.k_proj.weight
        held = query.numpy()
        query.set_value(key.numpy())
        key.set_value(held)

    padiff.registry.register_init(*KEY, swapped, replace=True)
    agreed, text = told(demo)
    assert not agreed
    assert text.rstrip().endswith("The two encoders do not agree; see above.")
