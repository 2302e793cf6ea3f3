"""What base had is freed as raw is found to agree, and recorded once more if need be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import padiff
from padiff.aligning.step import Step
from padiff.capture.recording import Recording
from padiff.capture.store import Stored
from tests.align.nets import Net, chain, twin, values

X = values(8, 4)


@pytest.fixture
def recordings(monkeypatch: pytest.MonkeyPatch) -> list[Recording]:
    """The recordings of the alignments that a test makes."""
    made: list[Recording] = []
    run = Step.run

    def spy(self: Step) -> None:
        run(self)
        made.append(self.runs.recording)

    monkeypatch.setattr(Step, "run", spy)
    return made


def gone(recording: Recording) -> list[tuple[str, int]]:
    """Where something was let go."""
    names = ("input", "output", "input gradient", "output gradient")
    return [
        (name, number)
        for number, recorded in enumerate(recording)
        for name, place in zip(names, recorded.slots, strict=True)
        if any(tensor.gone for tensor in place.values())
    ]


def test_what_agrees_is_let_go_but_for_the_output_and_its_gradient(
    recordings: list[Recording],
) -> None:
    base = chain(4, 4, 4)
    assert padiff.align(base, twin(base), X)
    # The model's own input is its first layer's too.
    assert gone(recordings[0]) == [
        ("input", 0),
        ("input", 1),
        ("output", 1),
        ("output gradient", 1),
        ("input", 2),
        ("output", 2),
        ("input gradient", 2),
        ("output gradient", 2),
    ]


@pytest.mark.parametrize("options", [{"single_step": True}, {"tolerance": "auto"}])
def test_what_is_needed_afterwards_is_kept(
    recordings: list[Recording], options: dict[str, Any]
) -> None:
    base = chain(4, 4, 4)
    assert padiff.align(base, twin(base), X, **options)
    assert recordings[0].whole


def other_weight(raw: Net) -> None:
    with torch.no_grad():
        raw.b.weight.mul_(2)


def other_gradient(raw: Net) -> None:
    raw.b.weight.register_hook(lambda gradient: gradient * 2)


def other_gradient_within(raw: Net) -> None:
    raw.b.register_full_backward_hook(lambda _, gradients, __: (gradients[0] * 1.01,))


def none(_: Net) -> None:
    pass


@pytest.mark.parametrize("change", [other_weight, other_gradient, other_gradient_within, none])
@pytest.mark.parametrize("atol", [None, 1e-3])
def test_the_report_is_the_same_as_if_all_were_kept(
    recordings: list[Recording], change: Callable[[Net], None], atol: float | None
) -> None:
    base = chain(4, 4, 4, 4)
    raw = twin(base)
    change(raw)
    # What is on disk stays.
    reports = [
        padiff.align(base, raw, X, atol=atol, max_memory=limit).to_dict() for limit in (None, 0)
    ]
    assert reports[0] == reports[1]
    assert recordings[0].whole == (change is not none)
    assert recordings[1].whole


def test_dropout_and_statistics_are_recorded_once_more_as_they_were() -> None:
    def forward(self: Any, x: Any) -> Any:
        return self.b(self.drop(self.norm(self.a(x))))

    base = Net(
        forward,
        a=torch.nn.Linear(4, 4),
        norm=torch.nn.BatchNorm1d(4),
        drop=torch.nn.Dropout(0.5),
        b=torch.nn.Linear(4, 4),
    )
    raw = twin(base)
    other_gradient(raw)
    before = {name: tensor.clone() for name, tensor in base.state_dict().items()}
    reports = [
        padiff.align(base, raw, X, dropout="synced", max_memory=limit).to_dict()
        for limit in (None, 0)
    ]
    assert reports[0] == reports[1]
    assert [origin["base_path"] for origin in reports[0]["origins"]] == ["b"]
    assert all(torch.equal(tensor, before[name]) for name, tensor in base.state_dict().items())


def test_a_model_whose_every_run_is_another_is_held_against_its_second() -> None:
    base = chain(4, 4, 4)
    base.turn = 0
    run = base.run

    def louder(self: Net, x: Any) -> Any:
        self.turn += 1
        return run(self, x) * self.turn

    base.run = louder
    raw = twin(base)
    other_gradient(raw)
    report = padiff.align(base, raw, X, loss=(torch.sum, torch.sum))
    assert [(origin.base_path, origin.phase) for origin in report.origins] == [("b", "backward")]
    assert report.losses[0][0] == report.losses[0][1]


def test_an_optimizer_that_differs_is_no_reason_to_run_once_more() -> None:
    base = chain(4, 4, 4)
    raw = twin(base)
    optimizers = torch.optim.SGD(base.parameters(), 0.1), torch.optim.SGD(raw.parameters(), 0.2)
    runs: dict[str, None] = {}
    report = padiff.align(
        base, raw, X, optimizers=optimizers, progress=lambda what, *_: runs.setdefault(what)
    )
    assert {origin.phase for origin in report.origins} == {"update"}
    assert list(runs) == ["base forward", "base backward", "raw forward", "raw backward"]


def test_memory_that_is_let_go_is_free_for_others(recordings: list[Recording]) -> None:
    base = chain(4, 4, 4)
    assert padiff.align(base, twin(base), X, phase="forward")
    held = {
        id(tensor): tensor
        for recorded in recordings[0]
        for place in recorded.slots
        for tensor in place.values()
    }
    kept = [t for t in held.values() if isinstance(t, Stored) and not t.gone]
    assert [t.shape for t in kept] == [(8, 4)]
    assert {t._store.nbytes for t in kept} == {8 * 4 * 4}
