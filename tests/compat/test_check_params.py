"""Weights and gradients of two dumps, tensor by tensor, also those of one side alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.checker import check_grads, check_params, check_weights
from padiff.checker.config import Tolerated
from padiff.checker.state import compare_states
from padiff.compare.metrics import Metrics
from padiff.report.alignment import AlignmentReport
from tests.small.in_torch import Model

STRICT = Tolerated(atol=None, rtol=None, mode="strict")
X = torch.linspace(-1, 1, 8).reshape(2, 4)


def twins(build: Callable[[], Any]) -> tuple[Any, Any]:
    models = []
    for _ in range(2):
        torch.manual_seed(0)
        models.append(build())
    return models[0], models[1]


def dumped(folder: Path, *models: Any) -> tuple[Path, Path]:
    """The two dump their weights and gradients."""
    for name, model in zip(("base", "raw"), models, strict=True):
        padiff.create_model(model).dump_params(folder / name)
    return folder / "base", folder / "raw"


def compared(
    folder: Path, *models: Any, weights: bool = True, gradients: bool = False
) -> AlignmentReport:
    base, raw = (path / "params" for path in dumped(folder, *models))
    return compare_states(base, raw, STRICT, weights=weights, gradients=gradients)


def where(report: AlignmentReport) -> list[tuple[str, str, str]]:
    return [(origin.phase, origin.base_path, origin.what) for origin in report.origins]


def notes(report: AlignmentReport) -> dict[str, str]:
    """By tensor, what is said of those that were set aside, or are on one side alone."""
    return {
        f"{unit.base_path}.{tensor.name}": tensor.note
        for unit in report.units
        for tensor in unit.produced
        if tensor.note
    }


def test_every_weight_is_looked_at(tmp_path: Path) -> None:
    def build() -> Model:
        return Model(fc=torch.nn.Linear(4, 4), norm=torch.nn.BatchNorm1d(4))

    names = dict(build().state_dict())
    for number, name in enumerate(names):
        base, raw = twins(build)
        with torch.no_grad():
            raw.state_dict()[name].add_(1)
        path, _, tensor = name.rpartition(".")
        found = compared(tmp_path / str(number), base, raw)
        assert where(found) == [("weights", path, tensor)]
        assert str(found).startswith(f"Not aligned: they part in weights at {path}\n")
    assert compared(tmp_path / "equal", *twins(build))


def test_every_gradient_is_looked_at(tmp_path: Path) -> None:
    base, raw = twins(lambda: Model(one=torch.nn.Linear(4, 4), two=torch.nn.Linear(4, 4)))
    for model in (base, raw):
        model.two(model.one(X)).sum().backward()
    assert compared(tmp_path / "equal", base, raw, gradients=True)
    raw.two.weight.grad *= 1.5
    found = compared(tmp_path / "off", base, raw, gradients=True)
    assert where(found) == [("gradients", "two", "gradient of weight")]
    assert str(found).startswith("Not aligned: they part in gradients at two\n")


def test_each_check_looks_at_its_own(tmp_path: Path) -> None:
    base, raw = twins(lambda: torch.nn.Linear(4, 4))
    for model in (base, raw):
        model(X).sum().backward()
    raw.weight.grad *= 2
    pair = dumped(tmp_path / "gradients", base, raw)
    assert [check(*pair) for check in (check_weights, check_grads, check_params)] == [
        *(True, False, False)
    ]
    base, raw = twins(lambda: torch.nn.Linear(4, 4))
    for model in (base, raw):
        model(X).sum().backward()
    with torch.no_grad():
        raw.weight *= 2
    pair = dumped(tmp_path / "weights", base, raw)
    assert [check(*pair) for check in (check_weights, check_grads, check_params)] == [
        *(False, True, False)
    ]


def test_a_gradient_that_one_side_lacks(tmp_path: Path) -> None:
    base, raw = twins(lambda: torch.nn.Linear(4, 4))
    raw.bias.requires_grad_(False)
    for model in (base, raw):
        model(X).sum().backward()
    found = compared(tmp_path, base, raw, weights=False, gradients=True)
    assert where(found) == [("gradients", "", "gradient of bias")]
    assert notes(found) == {".gradient of bias": "only base has a gradient here"}


def test_gradients_that_were_cleared_are_not_held_against_each_other(tmp_path: Path) -> None:
    base, raw = twins(lambda: torch.nn.Linear(4, 4))
    raw(X).sum().backward()
    raw.zero_grad(set_to_none=False)
    found = compared(tmp_path, base, raw, gradients=True)
    assert found
    assert set(notes(found).values()) == {"the gradients were cleared before they were dumped"}
    pair = tmp_path / "base", tmp_path / "raw"
    assert check_params(*pair) is True
    assert check_grads(*pair) is False


@pytest.mark.parametrize("side", ["base", "raw"])
def test_gradients_that_one_side_alone_cleared_are_a_difference(side: str, tmp_path: Path) -> None:
    base, raw = twins(lambda: torch.nn.Linear(4, 4))
    for model in (base, raw):
        model(X).sum().backward()
    (base if side == "base" else raw).zero_grad(set_to_none=False)
    found = compared(tmp_path, base, raw, weights=False, gradients=True)
    assert [phase for phase, _, _ in where(found)] == ["gradients"]


def test_one_that_is_zero_among_others_is_no_cleared_one(tmp_path: Path) -> None:
    base, raw = twins(lambda: torch.nn.Linear(4, 4))
    for model in (base, raw):
        model(X).sum().backward()
    base.bias.grad = None
    raw.bias.grad.zero_()
    found = compared(tmp_path, base, raw, weights=False, gradients=True)
    assert where(found) == [("gradients", "", "gradient of bias")]


def test_without_gradients_there_is_nothing_to_compare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = dumped(tmp_path, *twins(lambda: torch.nn.Linear(4, 4)))
    assert check_params(*pair) is True
    assert check_grads(*pair) is False
    assert capsys.readouterr().out.startswith("Nothing was compared")


def test_a_bias_of_one_side_alone_must_be_zero(tmp_path: Path) -> None:
    base, raw = twins(lambda: torch.nn.Linear(4, 4))
    raw.bias = None
    found = compared(tmp_path / "off", base, raw)
    assert where(found) == [("weights", "", "bias")]
    assert notes(found) == {".bias": "only base has it, the other implies 0"}
    with torch.no_grad():
        base.bias.zero_()
    assert compared(tmp_path / "zero", base, raw)
    assert compared(tmp_path / "reverse", raw, base)


def test_a_bias_of_raw_alone(tmp_path: Path) -> None:
    base, raw = twins(lambda: torch.nn.Linear(4, 4))
    base.bias = None
    found = compared(tmp_path, base, raw)
    assert where(found) == [("weights", "", "bias")]
    (bias,) = (t.measured for unit in found.units for t in unit.produced if t.name == "bias")
    assert isinstance(bias, Metrics)
    assert bias.mean_abs_base == 0


def test_a_gradient_of_what_one_side_alone_has(tmp_path: Path) -> None:
    base, raw = twins(lambda: torch.nn.Linear(4, 4))
    raw.bias = None
    for model in (base, raw):
        model(X).sum().backward()
    found = compared(tmp_path, base, raw, weights=False, gradients=True)
    assert found
    assert notes(found) == {".gradient of bias": "only one side has the tensor"}


def test_a_counter_no_output_depends_on(tmp_path: Path) -> None:
    base, raw = twins(lambda: torch.nn.BatchNorm1d(4))
    raw.num_batches_tracked = None
    found = compared(tmp_path, base, raw)
    assert found
    assert notes(found) == {".num_batches_tracked": "only base has it, and no output depends on it"}


def test_a_parameter_of_one_side_alone(tmp_path: Path) -> None:
    base, raw = twins(lambda: Model(scale=torch.nn.Parameter(torch.ones(2))))
    base.shift = torch.nn.Parameter(torch.zeros(2))
    found = compared(tmp_path, base, raw)
    assert where(found) == [("weights", "", "shift")]
    assert notes(found) == {".shift": "only base has it"}


def test_one_that_is_tied_to_a_tensor_both_have(tmp_path: Path) -> None:
    base, raw = twins(lambda: Model(scale=torch.nn.Parameter(torch.ones(2))))
    base.shift = base.scale
    found = compared(tmp_path, base, raw)
    assert found
    assert notes(found) == {".shift": "only base has it, tied to a tensor listed elsewhere"}
    found = compared(tmp_path / "reverse", raw, base)
    assert found
    assert notes(found) == {".shift": "only raw has it, tied to a tensor listed elsewhere"}


def test_one_that_is_tied_to_a_tensor_of_another_layer(tmp_path: Path) -> None:
    def build() -> Model:
        return Model(one=Model(scale=torch.nn.Parameter(torch.ones(2))), two=torch.nn.Linear(4, 4))

    base, raw = twins(build)
    base.one.shift = base.one.scale
    found = compared(tmp_path, base, raw)
    assert found
    assert notes(found) == {"one.shift": "only base has it, tied to a tensor listed elsewhere"}


def test_a_weight_that_one_side_splits(tmp_path: Path) -> None:
    base, raw = twins(lambda: torch.nn.Linear(4, 4))
    torch.nn.utils.parametrizations.weight_norm(base)
    found = compared(tmp_path, base, raw)
    assert notes(found)[".weight.magnitude"] == "only base has it"


def test_shapes_and_dtypes_that_differ(tmp_path: Path) -> None:
    for name, other in (
        ("shape", torch.ones(3)),
        ("dtype", torch.ones(2, dtype=torch.float64)),
    ):
        base = Model(scale=torch.nn.Parameter(torch.ones(2)))
        raw = Model(scale=torch.nn.Parameter(other))
        assert where(compared(tmp_path / name, base, raw)) == [("weights", "", "scale")]


def test_what_was_not_dumped_is_said(tmp_path: Path) -> None:
    base, raw = twins(lambda: Model(one=torch.nn.Linear(4, 4), two=torch.nn.Linear(4, 4)))
    with torch.no_grad():
        raw.two.weight += 1
    models = padiff.create_model(base), padiff.create_model(raw)
    models[0].update_black_list(base.two)
    for name, model in zip(("base", "raw"), models, strict=True):
        model.dump_weights(tmp_path / name)
    base_path, raw_path = (tmp_path / side / "weights" for side in ("base", "raw"))
    found = compare_states(base_path, raw_path, STRICT, weights=True, gradients=False)
    unknown = dict.fromkeys(("two.weight", "two.bias"), "its values were not dumped")
    assert found
    assert notes(found) == unknown
    reverse = compare_states(raw_path, base_path, STRICT, weights=True, gradients=False)
    assert reverse
    assert notes(reverse) == unknown
    held = "the trace holds all but the black list (two with all within)."
    assert (found.notes, reverse.notes) == ((f"Of base, {held}",), (f"Of raw, {held}",))


def test_several_differences_are_an_origin_each(tmp_path: Path) -> None:
    base, raw = twins(lambda: Model(one=torch.nn.Linear(4, 4), two=torch.nn.Linear(4, 4)))
    with torch.no_grad():
        raw.one.weight += 1
        raw.two.bias += 1
    found = compared(tmp_path, base, raw)
    assert where(found) == [("weights", "one", "weight"), ("weights", "two", "bias")]
    assert "  meaning" not in str(found)


def test_the_report_knows_both_models(tmp_path: Path) -> None:
    raw = paddle.nn.Sequential(paddle.nn.Linear(4, 4))
    found = compared(tmp_path, Model(fc=torch.nn.Linear(4, 4)), raw)
    assert (found.base, found.base_framework) == ("Model", "torch")
    assert (found.raw, found.raw_framework) == ("Sequential", "paddle")
    base_row, raw_row = found.base_modules[1], found.raw_modules[1]
    assert (base_row.path, base_row.kind, base_row.partner) == ("fc", "linear", "0")
    assert (raw_row.path, raw_row.kind, raw_row.partner) == ("0", "linear", "fc")
    (unit,) = found.units
    assert (found.steps, unit.step, unit.call, unit.leaf) == (1, 0, 0, True)


def test_layers_that_cannot_be_paired(tmp_path: Path) -> None:
    pair = dumped(tmp_path, Model(fc=torch.nn.Linear(4, 4)), Model(fc=torch.nn.Linear(4, 5)))
    assert check_weights(*pair) is False
    pair = dumped(tmp_path, Model(fc=torch.nn.Linear(4, 4)), Model())
    with pytest.raises(padiff.PadiffError):
        check_weights(*pair)


def test_layers_that_an_init_function_joins_are_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = padiff.registry.copy()
    registry.register_init(("torch", "Linear"), ("torch", "Conv1d"), lambda *_: None)
    monkeypatch.setattr("padiff.checker.state.registry", registry)
    base = Model(fc=torch.nn.Linear(4, 4), norm=torch.nn.BatchNorm1d(4))
    raw = Model(fc=torch.nn.Conv1d(4, 4, 1), norm=torch.nn.BatchNorm1d(4))
    for model in (base, raw):
        model.norm(model.fc(torch.ones(4, 4))).sum().backward()
    found = compared(tmp_path, base, raw, gradients=True)
    assert {(unit.base_path, unit.phase) for unit in found.units} == {
        *(("fc", "weights"), ("norm", "weights"), ("norm", "gradients"))
    }
    assert notes(found)["fc.weights"] == "only an init function joins the two layers"


def test_layers_that_no_layout_joins_are_a_difference(tmp_path: Path) -> None:
    base, raw = twins(lambda: Model(odd=torch.nn.Linear(4, 4), fc=torch.nn.Linear(4, 4)))
    for model in (base, raw):
        model.odd.shift = torch.nn.Parameter(torch.zeros(4))
    found = compared(tmp_path / "before", base, raw, gradients=True)
    assert where(found) == [("weights", "odd", "weights")]
    for model in (base, raw):
        model.fc(model.odd(X)).sum().backward()
    found = compared(tmp_path / "after", base, raw, gradients=True)
    assert where(found) == [("weights", "odd", "weights"), ("gradients", "odd", "gradients")]
    assert set(notes(found).values()) == {
        "neither layouts nor an init function join the two layers"
    }


def test_layers_of_two_kinds_that_a_map_pairs_are_a_difference(tmp_path: Path) -> None:
    base, raw = twins(lambda: Model(norm=torch.nn.LayerNorm(4), fc=torch.nn.Linear(4, 4)))
    models = padiff.create_model(base), padiff.create_model(raw)
    models[0].set_layer_map([base.norm, base.fc])
    models[1].set_layer_map([raw.fc, raw.norm])
    for name, model in zip(("base", "raw"), models, strict=True):
        model.dump_weights(tmp_path / name)
    paths = tmp_path / "base" / "weights", tmp_path / "raw" / "weights"
    found = compare_states(*paths, STRICT, weights=True, gradients=False)
    assert [origin.base_path for origin in found.origins] == ["norm", "fc"]
    assert found.origins[0].what == "weights"


def test_what_has_no_values_is_not_dumped(tmp_path: Path) -> None:
    def build() -> Model:
        return Model(fc=torch.nn.Linear(4, 4), meta=torch.nn.Linear(4, 2, device="meta"))

    found = compared(tmp_path, *twins(build))
    assert found
    assert notes(found) == {
        "meta.weight": "its values were not dumped",
        "meta.bias": "its values were not dumped",
    }


def test_variances_of_other_sizes_are_not_counted_otherwise(tmp_path: Path) -> None:
    found = compared(tmp_path, torch.nn.BatchNorm1d(3), paddle.nn.BatchNorm1D(4))
    assert {what for _, _, what in where(found)} == {"weight"}
    assert "running_var" not in "".join(notes(found))
