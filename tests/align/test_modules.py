"""Both module trees in the report, and how each module found its counterpart."""

from __future__ import annotations

from typing import Any

import torch

import padiff
from padiff.report.modules import ModuleRow
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)


def rows(modules: tuple[ModuleRow, ...]) -> dict[str, tuple[str | None, str]]:
    return {row.path: (row.partner, row.by) for row in modules}


def one_after_the_other(self: Any, x: Any) -> Any:
    for name in self.names:
        x = getattr(self, name)(x)
    return x


def net(**parts: Any) -> Net:
    made = Net(one_after_the_other, **parts)
    made.names = list(parts)
    return made


class Scaled(torch.nn.Module):
    """A parameter of its own, and a module without tensors."""

    def __init__(self, inner: torch.nn.Module) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(4))
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.scale * self.inner(x)
        return result


def test_layers_and_containers_in_definition_order() -> None:
    base = net(body=chain(4, 4, 4), act=torch.nn.ReLU(), out=torch.nn.Linear(4, 2))
    report = padiff.align(base, twin(base), X)
    assert report.base_modules == report.raw_modules
    assert report.base_modules == (
        ModuleRow("", "Net", "", "", "container"),
        ModuleRow("body", "Net", "", "body", "container"),
        ModuleRow("body.a", "Linear", "linear", "body.a", "path"),
        ModuleRow("body.b", "Linear", "linear", "body.b", "path"),
        ModuleRow("act", "ReLU", "", "act", "container"),
        ModuleRow("out", "Linear", "linear", "out", "path"),
    )


def test_other_names_are_paired_by_order_both_ways() -> None:
    report = padiff.align(
        chain(4, 4), net(x=torch.nn.Linear(4, 4), act=torch.nn.Tanh()), X, init=True
    )
    assert rows(report.base_modules) == {"": ("", "container"), "a": ("x", "order")}
    assert rows(report.raw_modules) == {
        "": ("", "container"),
        "x": ("a", "order"),
        "act": (None, "alone"),
    }


def test_the_layer_map() -> None:
    base, raw = (padiff.create_model(chain(4, 4, 4)) for _ in range(2))
    base.set_layer_map([base.model.a, base.model.b])
    raw.set_layer_map([raw.model.b, raw.model.a])
    report = padiff.align(base, raw, X, init=True)
    assert rows(report.base_modules) == {
        "": ("", "container"),
        "a": ("b", "layer_map"),
        "b": ("a", "layer_map"),
    }


def test_modules_inside_a_layer_and_those_that_are_ignored() -> None:
    attention = torch.nn.MultiheadAttention(4, 2)
    base = Net(lambda self, x: self.attention(x, x, x)[0], attention=attention, spare=chain(4, 4))
    report = padiff.align(base, twin(base), X, ignore=["spare"])
    assert rows(report.base_modules) == {
        "": ("", "container"),
        "attention": ("attention", "path"),
        "attention.out_proj": (None, "inside"),
        "spare": (None, "ignored"),
        "spare.a": (None, "ignored"),
    }


def test_a_place_whose_tensors_are_paired_elsewhere_is_no_counterpart() -> None:
    base = Scaled(torch.nn.Identity())
    raw = net(x=Scaled(torch.nn.Identity()))
    report = padiff.align(base, raw, X)
    assert rows(report.base_modules) == {"": ("x", "order"), "inner": (None, "alone")}
    assert rows(report.raw_modules)[""] == (None, "alone")


def test_they_are_saved_with_the_report() -> None:
    saved = padiff.align(chain(4, 4), chain(4, 4), X).to_dict()
    assert saved["base_modules"] == saved["raw_modules"]
    assert saved["base_modules"][1] == {
        "path": "a",
        "class_name": "Linear",
        "kind": "linear",
        "partner": "a",
        "by": "path",
    }
