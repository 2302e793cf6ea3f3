"""Modules within modules within modules, and calls within calls: read as deep as they may be, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff.errors import TraceError
from padiff.trace.index import DEEPEST, DEEPEST_CALL
from padiff.trace.trace import Trace
from tests.trace.folders import read_all, rewritten, write_rich


def chain(depth: int) -> list[dict[str, Any]]:
    """So many modules around one that has a weight."""
    index: list[dict[str, Any]] = []
    path = ""
    for place in range(depth + 1):
        path = f"{path}.m" if path else "m" if place else ""
        index.append(
            {"name": "m" if place else "", "path": path, "parent": place - 1, "class_names": ["M"]}
        )
    index[-1].update(kind="linear", unit="whole", tensors=[WEIGHT])
    return index


WEIGHT = {
    "name": "weight",
    "shape": [3, 2],
    "dtype": "float32",
    "role": "parameter",
    "trainable": True,
    "persistent": True,
    "memory": 0,
}


def with_modules(path: Path, depth: int) -> Path:
    def change(index: Any) -> None:
        index.update(modules=chain(depth), steps=[], initial={f"{depth}/weight": 0})

    return rewritten(write_rich(path), change)


def test_modules_as_deep_as_they_may_be(tmp_path: Path) -> None:
    path = with_modules(tmp_path / "t", DEEPEST)
    read_all(path)
    model: torch.nn.Module = torch.nn.Linear(2, 3, bias=False)
    for _ in range(DEEPEST):
        model = Around(model)
    padiff.assign_weight(Trace(path), model)
    assert model.state_dict()[f"{'m.' * DEEPEST}weight"].tolist() == [[1, 0], [0, 1], [1, 1]]


@pytest.mark.parametrize("depth", [DEEPEST + 1, 5000])
def test_modules_that_are_deeper_are_refused(tmp_path: Path, depth: int) -> None:
    path = with_modules(tmp_path / "t", depth)
    with pytest.raises(TraceError) as caught:
        Trace(path)
    assert str(caught.value) == (
        "The index of a trace contradicts itself.\n"
        f"  where:    {path / 'index.json'}, $.modules[{DEEPEST + 1}]\n"
        f"  got:      a module within {DEEPEST + 1} others"
    )


class Around(torch.nn.Module):
    def __init__(self, inner: torch.nn.Module) -> None:
        super().__init__()
        self.m = inner

    def forward(self, x: torch.Tensor) -> Any:
        return self.m(x)


@pytest.mark.parametrize("depth", [DEEPEST + 1, 5000])
def test_a_model_that_is_too_deep_is_refused_before_it_runs(tmp_path: Path, depth: int) -> None:
    model: torch.nn.Module = torch.nn.Linear(2, 3)
    for _ in range(depth):
        model = Around(model)
    with pytest.raises(TraceError) as caught, padiff.record(model, tmp_path / "t"):
        raise AssertionError
    assert caught.value.what == "The modules of the model are nested too deeply for a trace."
    assert caught.value.expected == "at most 128 modules around another"
    assert len(caught.value.where) < 210
    assert list(tmp_path.iterdir()) == []


def with_calls(path: Path, depth: int) -> Path:
    calls = [{"module": 0, "parent": place - 1, "outputs": {"": 5}} for place in range(depth + 1)]
    return rewritten(write_rich(path), lambda index: index["steps"][0].update(calls=calls))


def test_calls_as_deep_as_they_may_be(tmp_path: Path) -> None:
    path = with_calls(tmp_path / "t", DEEPEST_CALL)
    read_all(path)
    assert padiff.compare_traces(path, path)


def test_calls_nested_ten_thousand_deep(tmp_path: Path) -> None:
    path = with_calls(tmp_path / "t", 10_000)
    with pytest.raises(TraceError) as caught:
        Trace(path)
    assert str(caught.value) == (
        "The index of a trace contradicts itself.\n"
        f"  where:    {path / 'index.json'}, $.steps[0].calls[257]\n"
        "  got:      a call within 257 others"
    )
