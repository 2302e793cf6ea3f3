"""A layer map holds for what was recorded too: the trace remembers it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff.errors import LayerMapError
from tests.align.nets import Net

X = torch.linspace(-1, 1, 6).reshape(2, 3)


def crossed() -> tuple[Any, Any]:
    """Two models of one computation, whose layers have each other's names."""
    torch.manual_seed(0)
    one, two = torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)
    base = Net(lambda self, x: self.b(self.a(x)), a=one, b=two)
    raw = Net(lambda self, x: self.a(self.b(x)), a=two, b=one)
    return padiff.create_model(base), padiff.create_model(raw)


def recorded(path: Path, *models: Any) -> list[padiff.Trace]:
    traces = []
    for number, model in enumerate(models):
        with padiff.record(model, path / str(number)):
            model.model(X)
        traces.append(padiff.Trace(path / str(number)))
    return traces


def test_two_traces_are_paired_by_their_maps(tmp_path: Path) -> None:
    base, raw = crossed()
    assert not padiff.compare_traces(*recorded(tmp_path / "without", base, raw))
    base.set_layer_map([base.model.a, base.model.b])
    raw.set_layer_map([raw.model.b, raw.model.a])
    assert padiff.compare_traces(*recorded(tmp_path / "with", base, raw))


def test_a_map_on_one_side_alone(tmp_path: Path) -> None:
    base, raw = crossed()
    base.set_layer_map([base.model.a])
    with pytest.raises(LayerMapError, match="different lengths"):
        padiff.compare_traces(*recorded(tmp_path, base, raw))


def test_the_part_a_map_was_found_for(tmp_path: Path) -> None:
    base, raw = crossed()
    base.auto_layer_map("base")
    raw.auto_layer_map("raw")
    traces = recorded(tmp_path, base, raw)
    assert [trace.model().layer_map for trace in traces] == [base.layer_map, raw.layer_map]
    with pytest.raises(LayerMapError, match="found for the other part"):
        padiff.compare_traces(*reversed(traces))


class Cell(Net):
    """A layer no layout is registered for."""


def test_a_mapped_module_is_one_unit_in_the_trace(tmp_path: Path) -> None:
    model = padiff.create_model(
        Net(lambda self, x: self.cell(x), cell=Cell(lambda s, x: s.fc(x), fc=torch.nn.Linear(3, 3)))
    )
    model.set_layer_map([model.model.cell])
    traces = recorded(tmp_path, model, model)
    assert [entry.path for entry in traces[0].index.modules] == ["", "cell"]
    report = padiff.compare_traces(*traces)
    assert report
    assert {unit.base_path for unit in report.units} == {"", "cell"}


def test_a_mapped_module_that_left_the_model(tmp_path: Path) -> None:
    model, _ = crossed()
    model.set_layer_map([model.model.a])
    model.model.a = None
    with pytest.raises(LayerMapError) as caught, padiff.record(model, tmp_path / "trace"):
        model.model.b(X)
    assert str(caught.value).splitlines() == [
        "A module of the layer map is no longer in the model.",
        "  where:    Net a",
        "  hint:     call set_layer_map again after changing the model",
    ]
