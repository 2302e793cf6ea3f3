"""What is recorded of modules themselves: classes, kinds, modes, and layouts that do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn import Linear, Module, Sequential, TransformerEncoderLayer

import padiff
from padiff import Trace
from padiff.errors import PlanError
from padiff.model import walk
from padiff.registry import Registry
from padiff.trace.model import RecordedHandle


def recorded(model: Module, path: Path, registry: Registry | None = None) -> Trace:
    """A trace of a model that is called with ones."""
    with padiff.record(model, path, registry=registry), torch.no_grad():
        model(torch.ones(2, 3, 4))
    return Trace(path)


class Scaled(Linear):
    """A Linear with a tensor more than a Linear's layout knows."""

    def __init__(self) -> None:
        super().__init__(4, 4)
        self.scale = torch.nn.Parameter(torch.ones(4))


def test_a_module_that_stands_at_two_places_has_its_classes_at_both(tmp_path: Path) -> None:
    shared = Linear(4, 4)
    handles = list(walk(recorded(Sequential(shared, shared), tmp_path / "t").model().handle()))
    assert [handle.path for handle in handles] == ["", "0", "1"]
    assert handles[2].class_names == handles[1].class_names != ()


def test_a_mode_is_recorded_for_each_module(tmp_path: Path) -> None:
    model = Sequential(Linear(4, 4), Linear(4, 4).eval())
    trace = recorded(model, tmp_path / "t")
    assert [module.training for module in trace.modules] == [True, True, False]


def test_modes_of_recorded_models_are_compared(tmp_path: Path) -> None:
    models = [Sequential(torch.nn.Dropout(0.5)) for _ in range(2)]
    models[1].eval()
    base, raw = (recorded(m, tmp_path / str(i)) for i, m in enumerate(models))
    report = padiff.compare_traces(base, raw)
    assert "mode" in {finding.rule for finding in report.findings}


def test_containers_have_kinds_too(tmp_path: Path) -> None:
    trace = recorded(Sequential(TransformerEncoderLayer(4, 2)), tmp_path / "t")
    plain, layer = trace.index.modules[:2]
    assert (plain.kind, plain.unit) == ("", "")
    assert (layer.kind, layer.unit) == ("transformer_encoder_layer", "")
    root, child, *_ = walk(trace.model().handle())
    assert isinstance(root, RecordedHandle)
    assert isinstance(child, RecordedHandle)
    assert root.layout is None
    assert child.layout is not None
    assert child.layout.kind_of({}).name == layer.kind


def test_parameters_of_a_module_nobody_registered_are_of_no_kind(tmp_path: Path) -> None:
    class Own(Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(4))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.scale

    (entry,) = recorded(Own(), tmp_path / "t").index.modules
    assert (entry.kind, entry.unit, [state.name for state in entry.tensors]) == (
        *("", "own"),
        ["scale"],
    )


def test_a_layer_its_layout_does_not_fit_keeps_its_own_names(tmp_path: Path) -> None:
    trace = recorded(Sequential(Scaled()), tmp_path / "t")
    entry = trace.index.modules[1]
    assert (entry.kind, [state.name for state in entry.tensors]) == (
        "",
        ["weight", "bias", "scale"],
    )
    assert "scale" in entry.problem
    with pytest.raises(PlanError, match="layout registered for its class does not fit the layer"):
        padiff.assign_weight(trace, Sequential(Linear(4, 4)))


def test_a_container_with_a_parameter_of_its_own_keeps_its_kind(tmp_path: Path) -> None:
    class Own(TransformerEncoderLayer):
        def __init__(self) -> None:
            super().__init__(4, 2)
            self.scale = torch.nn.Parameter(torch.ones(4))

    entry = recorded(Own(), tmp_path / "t").index.modules[0]
    assert (entry.kind, entry.unit) == ("transformer_encoder_layer", "own")


def test_layouts_are_those_of_the_registry_that_is_passed(tmp_path: Path) -> None:
    kinds = [
        recorded(Linear(4, 4), tmp_path / name, registry).index.modules[0].kind
        for name, registry in (("default", None), ("empty", Registry()))
    ]
    assert kinds == ["linear", ""]
