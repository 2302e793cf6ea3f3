from __future__ import annotations

import io
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import torch
from rich.cells import cell_len
from rich.console import Console

from tests.examples.scripts import imported, run


@pytest.fixture(scope="module")
def output() -> str:
    return run("ocr", width=80)


@pytest.fixture(scope="module")
def listed() -> str:
    return run("ocr", "--tensors", width=120)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    with imported("ocr") as module:
        monkeypatch.setattr(module, "LINES", module.LINES[:1])
        yield module


def told(demo: ModuleType) -> tuple[bool, str]:
    """Whether the demonstration said that all is well, and what it printed."""
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as capture:
        agreed = demo.demo(console)
    return agreed, capture.get()


def test_the_plan_pairs_every_layer_of_the_published_network(output: str) -> None:
    rows = re.findall(
        r"^ *(cnn\.\d+|rnn|fc) +(\S+) +(\S+) +(\d+) +([\d,]+) +order", output, re.MULTILINE
    )
    assert [row[:3] for row in rows] == [
        ("cnn.0", "backbone.0.conv", "conv"),
        ("cnn.1", "backbone.0.bn", "batch_norm"),
        ("cnn.5", "backbone.3.conv", "conv"),
        ("cnn.6", "backbone.3.bn", "batch_norm"),
        ("cnn.10", "backbone.6.conv", "conv"),
        ("cnn.11", "backbone.6.bn", "batch_norm"),
        ("cnn.13", "backbone.7.conv", "conv"),
        ("cnn.14", "backbone.7.bn", "batch_norm"),
        ("cnn.18", "backbone.10.conv", "conv"),
        ("cnn.19", "backbone.10.bn", "batch_norm"),
        ("cnn.21", "backbone.11.conv", "conv"),
        ("cnn.22", "backbone.11.bn", "batch_norm"),
        ("cnn.26", "backbone.14.conv", "conv"),
        ("cnn.27", "backbone.14.bn", "batch_norm"),
        ("rnn", "neck", "lstm"),
        ("fc", "head", "linear"),
    ]
    assert sum(int(row[3]) for row in rows) == 67
    assert sum(int(row[4].replace(",", "")) for row in rows) == 9_216_479
    assert re.search(r"16 layers +67 +9,216,479", output)


def test_both_transfers_show_their_progress_in_bytes(output: str) -> None:
    assert output.count("36.9/36.9 MB") == 2


def test_both_networks_read_every_line_alike(output: str) -> None:
    read = re.findall(
        r"rendered +(.+?) *\n +torch +(.+?) *\n +paddle +(.+?) *$", output, re.MULTILINE
    )
    assert len(read) == 6
    assert all(base == raw for _, base, raw in read)


def test_the_logits_differ_by_rounding_only(output: str) -> None:
    found = re.search(r"Largest difference of the logits: (\S+); they reach ([\d.]+)\.", output)
    assert found
    assert 0 < float(found[1]) < 1e-3
    assert float(found[2]) > 10


def test_every_tensor_comes_back_bit_for_bit(output: str) -> None:
    text = " ".join(output.split())
    assert "67 of 67 published tensors came back with every bit the same." in text
    assert text.endswith("Both networks read the same, and the weights came back.")


def test_on_request_every_tensor_is_listed(listed: str) -> None:
    for name in ("cnn.27.running_var", "rnn.weight_hh_l1_reverse", "neck.1.cell_bw.weight_hh"):
        assert name in listed


def test_nothing_is_cut_off_or_wider_than_the_terminal(output: str, listed: str) -> None:
    for text, width in ((output, 80), (listed, 120)):
        assert "…" not in text
        assert max(map(cell_len, text.splitlines())) <= width


def test_a_port_that_reads_otherwise_fails(
    demo: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = demo.CRNN

    def with_another_epsilon(*arguments: Any) -> Any:
        port = build(*arguments)
        port.backbone[0].bn._epsilon = 1.0
        return port

    monkeypatch.setattr(demo, "CRNN", with_another_epsilon)
    agreed, text = told(demo)
    assert not agreed
    assert "DIFFERENT" in text
    assert text.rstrip().endswith("Something does not agree; see above.")


def test_a_tensor_that_comes_back_with_another_bit_fails(
    demo: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = demo.transfer

    def and_flip_a_sign(console: Console, base: Any, raw: Any) -> Any:
        report = transfer(console, base, raw)
        if isinstance(raw.model, torch.nn.Module):
            raw.model.state_dict()["fc.bias"][0] *= -1
        return report

    monkeypatch.setattr(demo, "transfer", and_flip_a_sign)
    agreed, text = told(demo)
    assert not agreed
    assert "DIFFERENT fc.bias" in text
    assert "66 of 67 published tensors" in text


def test_a_port_that_keeps_no_count_of_steps_loses_it(
    demo: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = demo.CRNN

    def without_a_counter(*arguments: Any) -> Any:
        port = build(*arguments)
        del port.backbone[0].bn._buffers["num_batches_tracked"]
        return port

    monkeypatch.setattr(demo, "CRNN", without_a_counter)
    agreed, text = told(demo)
    assert not agreed
    assert "DIFFERENT cnn.1.num_batches_tracked" in text
