"""What raw's layers are called in base, told to `compare_traces`: the later upstream's `keys_mapping`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff.errors import LayerMapError, UsageError
from tests.align.nets import Net

X = torch.linspace(-1, 1, 6).reshape(2, 3)


@pytest.fixture
def traces(tmp_path: Path) -> tuple[Path, Path]:
    """One computation, whose layers have each other's names."""
    torch.manual_seed(0)
    one, two = torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)
    models = (
        Net(lambda self, x: self.out(self.b(self.a(x))), a=one, b=two, out=torch.nn.Linear(3, 3)),
        Net(lambda self, x: self.out(self.a(self.b(x))), a=two, b=one, out=None),
    )
    models[1].out = models[0].out
    for side, model in zip(("base", "raw"), models, strict=True):
        with padiff.record(model, tmp_path / side):
            model(X)
    return tmp_path / "base", tmp_path / "raw"


def crossed(path: str) -> str | None:
    return {"a": "b", "b": "a", "out": "out"}[path]


@pytest.mark.parametrize(
    "layer_map",
    [
        [("a", "b"), ("b", "a")],
        {"a": "b", "b": "a"},
        crossed,
        {"a": "b", "b": "a"}.get,
    ],
    ids=["pairs", "dict", "function", "function that gives None"],
)
def test_layers_are_paired_by_it(layer_map: Any, traces: tuple[Path, Path]) -> None:
    assert not padiff.compare_traces(*traces)
    report = padiff.compare_traces(*traces, layer_map=layer_map)
    assert report
    assert {(u.base_path, u.raw_path) for u in report.units} == {
        *(("", ""), ("a", "b"), ("b", "a"), ("out", "out"))
    }


def test_a_dict_goes_from_raw_to_base(tmp_path: Path) -> None:
    models = [torch.nn.Sequential(), torch.nn.Sequential()]
    layer = torch.nn.Linear(3, 3)
    models[0].add_module("ours", layer)
    models[1].add_module("theirs", layer)
    for side, model in zip(("base", "raw"), models, strict=True):
        with padiff.record(model, tmp_path / side):
            model(X)
    base, raw = tmp_path / "base", tmp_path / "raw"
    report = padiff.compare_traces(base, raw, layer_map={"theirs": "ours"})
    assert {unit.raw_path for unit in report.units if unit.base_path == "ours"} == {"theirs"}
    with pytest.raises(LayerMapError):
        padiff.compare_traces(base, raw, layer_map={"ours": "theirs"})


def test_a_layer_that_is_not_there(traces: tuple[Path, Path]) -> None:
    with pytest.raises(LayerMapError):
        padiff.compare_traces(*traces, layer_map={"a": "c"})
    with pytest.raises(LayerMapError):
        padiff.compare_traces(*traces, layer_map=lambda path: f"{path}.x")


def test_what_is_no_path(traces: tuple[Path, Path]) -> None:
    wrong: Any = lambda _: 3  # noqa: E731
    with pytest.raises(UsageError) as caught:
        padiff.compare_traces(*traces, layer_map=wrong)
    assert str(caught.value).splitlines() == [
        "layer_map= gave no path.",
        "  where:    raw a",
        "  got:      3",
        "  expected: a str",
    ]


def test_a_function_is_asked_about_the_innermost_layers_alone(tmp_path: Path) -> None:
    block = Net(lambda self, x: self.fc(x) * self.scale, fc=torch.nn.Linear(3, 3))
    block.scale = torch.nn.Parameter(torch.ones(3))
    model = Net(lambda self, x: self.act(self.block(x)), block=block, act=torch.nn.Tanh())
    for side in ("base", "raw"):
        with padiff.record(model, tmp_path / side):
            model(X)
    asked: list[str] = []
    padiff.compare_traces(tmp_path / "base", tmp_path / "raw", layer_map=asked.append)
    assert asked == ["block.fc"]
