"""Runs of torch that somebody else makes: checkpoints, wrappers, inference mode."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.checkpoint import checkpoint

import padiff
from padiff.errors import TraceError
from padiff.protocols import Array
from padiff.trace.trace import Trace
from padiff.trace.writer import digest
from tests.small.in_torch import Model
from tests.trace.recording import paths_of, values_of


def linear_chain() -> torch.nn.Sequential:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))


def test_what_was_hashed_to_see_whether_it_changed_is_not_hashed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = []

    def noted(array: Array) -> str:
        shapes.append(array.shape)
        return digest(array)

    monkeypatch.setattr("padiff.trace.writer.digest", noted)
    model = torch.nn.Linear(4, 3)
    with padiff.record(model, tmp_path / "t", level="hash"):
        model(torch.ones(2, 4)).sum().backward()
    assert set(shapes) == {(2, 4), (2, 3)}
    assert len(Trace(tmp_path / "t").index.initial) == 2


class Checkpointed(torch.nn.Module):
    def __init__(self, *, reentrant: bool) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first = torch.nn.Linear(4, 4)
        self.inner = torch.nn.Sequential(
            torch.nn.Linear(4, 4), torch.nn.ReLU(inplace=True), torch.nn.Dropout(0.5)
        )
        self.reentrant = reentrant

    def forward(self, x: torch.Tensor) -> Any:
        return checkpoint(self.inner, self.first(x), use_reentrant=self.reentrant)


@pytest.mark.parametrize("watched", [True, False])
@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpoints_of_both_kinds(tmp_path: Path, reentrant: bool, watched: bool) -> None:
    results = []
    for recorded in (False, True):
        model = Checkpointed(reentrant=reentrant)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)

        def run(model: Any = model, optimizer: Any = optimizer) -> None:
            torch.manual_seed(1)
            for _ in range(2):
                model(torch.ones(3, 4)).sum().backward()
                optimizer.step()
                optimizer.zero_grad()

        if recorded:
            with padiff.record(
                model, tmp_path / "t", steps=2, optimizer=optimizer if watched else None
            ):
                run()
        else:
            run()
        results.append(list(model.parameters()))
    assert all(map(torch.equal, *results))
    trace = Trace(tmp_path / "t")
    for step in trace.steps:
        assert paths_of(trace, step) == ["", "first", "inner", "inner.0", "inner.1", "inner.2"]
        assert len(step.gradients) == 4


def test_a_wrapper_is_not_there(tmp_path: Path) -> None:
    model = torch.nn.DataParallel(linear_chain())
    with padiff.record(model, tmp_path / "t", depth=1):
        model(torch.ones(3, 4))
    trace = Trace(tmp_path / "t")
    assert [entry.path for entry in trace.index.modules] == [
        "module",
        "module.0",
        "module.1",
        "module.2",
    ]
    assert len(trace.steps[0].calls) == 4
    assert list(trace.model().handle().state().specs) == [
        "0.weight",
        "0.bias",
        "2.weight",
        "2.bias",
    ]
    assert padiff.assign_weight(trace, linear_chain())


def test_inference_mode(tmp_path: Path) -> None:
    model = linear_chain().eval()
    with padiff.record(model, tmp_path / "t"), torch.inference_mode():
        expected = model(torch.ones(3, 4))
    trace = Trace(tmp_path / "t")
    assert np.array_equal(values_of(trace, trace.steps[0].calls[0], "outputs", ""), expected)
    assert not trace.steps[0].backward


class Wrapping(torch.optim.Optimizer):
    """What passes for an optimizer and hands on to another, as launchers' wrappers do."""

    def __init__(self, inner: torch.optim.Optimizer) -> None:
        self.inner = inner

    def step(self, closure: Any = None) -> Any:
        return self.inner.step(closure)


@pytest.mark.parametrize("wrap", [Wrapping, lambda inner: inner])
def test_a_step_is_seen_through_wrappers_and_schedulers(tmp_path: Path, wrap: Any) -> None:
    model = linear_chain()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    outer = wrap(optimizer)
    with padiff.record(model, tmp_path / "t", steps=2, optimizer=outer):
        for _ in range(3):
            model(torch.ones(3, 4)).sum().backward()
            outer.step()
            scheduler.step()
    assert len(Trace(tmp_path / "t").steps) == 2
    assert "step" not in vars(outer) or outer is optimizer


def test_an_optimizer_that_calls_the_model_itself(tmp_path: Path) -> None:
    model = linear_chain()
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=2)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss: torch.Tensor = (model(torch.ones(3, 4)) ** 2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    with padiff.record(model, tmp_path / "t", steps=2, optimizer=optimizer):
        for _ in range(3):
            optimizer.step(closure)  # type: ignore[no-untyped-call]
    trace = Trace(tmp_path / "t")
    for step in trace.steps:
        assert step.backward
        assert sum(call.parent < 0 for call in step.calls) >= 2
        assert len(step.gradients) == len(step.updated) == 4
    assert trace.steps[1].before == {}


class WithExtra(torch.nn.Linear):
    def get_extra_state(self) -> Any:
        return {"scale": 3}

    def set_extra_state(self, state: Any) -> None:
        pass


def test_tensors_without_values_are_there_with_the_reason_why(tmp_path: Path) -> None:
    model = Model(
        fc=torch.nn.Linear(4, 2), meta=torch.nn.Linear(4, 2, device="meta"), extra=WithExtra(4, 2)
    )
    model.forward = lambda x: model.fc(x) + model.extra(x)
    with padiff.record(model, tmp_path / "t"):
        model(torch.ones(3, 4))
    trace = Trace(tmp_path / "t")
    specs = trace.model().handle().state().specs
    defects = {name: spec.defect for name, spec in specs.items() if spec.defect}
    assert defects == {
        "meta.weight": "it is on the meta device: it has a shape and no values",
        "meta.bias": "it is on the meta device: it has a shape and no values",
        "extra._extra_state": "WithExtra saves it in a way of its own (dict), not as a parameter or "
        "a buffer",
    }
    assert {key.partition("/")[0] for key in trace.known} == {"1", "3"}


def test_rounding_is_measured_beside_a_tensor_without_values(tmp_path: Path) -> None:
    model = WithExtra(4, 2)
    with padiff.record(model, tmp_path / "t", rounding=True):
        model(torch.ones(3, 4))
    trace = Trace(tmp_path / "t")
    assert trace.index.notes == ()
    assert "output/" in trace.steps[0].calls[0].floors


def test_two_tensors_of_one_name_are_refused(tmp_path: Path) -> None:
    def forward(batch: dict[Any, torch.Tensor]) -> torch.Tensor:
        return batch["x"] + batch[1] + batch["1"]

    model = Model()
    model.forward = forward
    given = torch.ones(2)
    with pytest.raises(TraceError) as caught, padiff.record(model, tmp_path / "t"):
        model({"x": given, 1: given, "1": given})
    assert caught.value.where.startswith(f"{__file__}:")
    assert str(caught.value) == (
        "Two tensors of one call come under one name.\n"
        f"  where:    {caught.value.where}\n"
        "  got:      args.0.1\n"
        "  hint:     pass them under keys whose text differs, without dots"
    )
