"""Losses of two recorded runs: told from the models by the gradients that reached the outputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import torch
from torch.nn import Linear

import padiff
from padiff.compare.rules import Rule, Tolerances
from padiff.report.account import account
from padiff.report.alignment import AlignmentReport
from padiff.report.meaning import meaning_of
from padiff.trace.index import Level
from tests.align.nets import Net, chain, twin, values

Loss: TypeAlias = Callable[[Any, Any], torch.Tensor]

LEVELS: tuple[Level, ...] = ("full", "statistics", "hash")


def square(_: Any, output: Any) -> torch.Tensor:
    return output.pow(2).sum()  # type: ignore[no-any-return]


def twice(x: Any, output: Any) -> torch.Tensor:
    return 2 * square(x, output)


def recorded(path: Path, model: Net, *losses: Loss, level: Level = "full") -> padiff.Trace:
    """One call, and a backward pass for each loss: of the input, and of what the model makes of it."""
    x = torch.tensor(values(3, 4), requires_grad=True)
    with padiff.record(model, path, level=level):
        output = model(x)
        for loss in losses:
            loss(x, output).backward(retain_graph=True)  # type: ignore[no-untyped-call]  # torch's
    return padiff.Trace(path)


def wrong_backward(net: Net, name: str) -> Net:
    getattr(net, name).weight.register_hook(lambda gradient: gradient * 2)
    return net


def plain(_: Any, output: Any) -> torch.Tensor:
    return output.sum()  # type: ignore[no-any-return]


def slope(strength: float, share: float = 1.0) -> Loss:
    """A loss of a derivative of the output, as of an equation's residual, and of the output itself."""

    def loss(x: Any, output: Any) -> torch.Tensor:
        (found,) = torch.autograd.grad(output.sum(), x, create_graph=True)
        return (found - strength).pow(2).sum() + share * output.sum()  # type: ignore[no-any-return]

    return loss


def linear_at_the_end() -> Net:
    """Second derivatives reach its output through nothing but the output itself; `c` has no gradient."""
    torch.manual_seed(0)

    def run(self: Any, x: Any) -> Any:
        y = self.b(torch.tanh(self.a(x)))
        self.c(x)
        return y

    return Net(run, a=Linear(4, 4), b=Linear(4, 4), c=Linear(4, 4))


def places(report: AlignmentReport) -> list[str]:
    return [account(report, origin).place for origin in report.origins]


@pytest.mark.parametrize("level", LEVELS)
def test_losses_that_differ(tmp_path: Path, level: Level) -> None:
    base = chain(4, 4)
    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, square, level=level),
        recorded(tmp_path / "raw", twin(base), twice, level=level),
    )
    assert places(report) == ["backward, at the loss"]
    [origin] = report.origins
    assert origin.what == "gradient of output"
    assert account(report, origin).meaning == (
        "outputs agree, the gradients that reached them do not: the loss, not the model's code"
    )


def test_the_report_names_the_loss(tmp_path: Path) -> None:
    base = chain(4, 4)
    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, square), recorded(tmp_path / "raw", twin(base), twice)
    )
    first, _, meaning, *_ = str(report).splitlines()
    assert first == "Not aligned: they part in backward, at the loss"
    assert meaning.endswith("the loss, not the model's code")


@pytest.mark.parametrize("level", LEVELS)
def test_the_backward_of_the_last_layer(tmp_path: Path, level: Level) -> None:
    base = chain(4, 4, 4)
    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, square, level=level),
        recorded(tmp_path / "raw", wrong_backward(twin(base), "b"), square, level=level),
    )
    assert places(report) == ["backward at b, call 0"]


def test_outputs_that_differ_explain_gradients_that_do(tmp_path: Path) -> None:
    base = chain(4, 4, 4)
    raw = twin(base)
    with torch.no_grad():
        raw.b.weight.mul_(2)
    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, square), recorded(tmp_path / "raw", raw, twice)
    )
    assert places(report) == ["forward at b, call 0"]


def test_a_detached_output_is_no_wrong_loss(tmp_path: Path) -> None:
    base = Net(lambda self, x: (self.a(x), self.b(x)), a=Linear(4, 4), b=Linear(4, 4))
    raw = twin(base)
    raw.run = lambda self, x: (self.a(x), self.b(x).detach())

    def both(_: Any, output: Any) -> torch.Tensor:
        return output[0].pow(2).sum() + output[1].pow(2).sum()  # type: ignore[no-any-return]

    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, both), recorded(tmp_path / "raw", raw, both)
    )
    assert places(report) == ["backward at (root), before b, call 0"]


@pytest.mark.parametrize("level", LEVELS)
def test_a_loss_of_derivatives_may_be_told_of_by_layers_alone(tmp_path: Path, level: Level) -> None:
    base = linear_at_the_end()
    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, slope(1), level=level),
        recorded(tmp_path / "raw", twin(base), slope(2), level=level),
    )
    assert places(report) == ["backward, at the loss"]
    told = account(report, report.origins[0])
    assert told.meaning == (
        "outputs and the gradients that reached them agree, those of layers do not, and more than"
        " these went into them: the loss, or the backward of a layer"
    )
    assert told.tensor.startswith("gradient of weight of b: ")


@pytest.mark.parametrize("losses", [(slope(1), plain), (plain, slope(1))])
def test_a_loss_of_derivatives_that_one_side_has(tmp_path: Path, losses: tuple[Loss, Loss]) -> None:
    base = linear_at_the_end()
    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, losses[0]),
        recorded(tmp_path / "raw", twin(base), losses[1]),
    )
    assert places(report) == ["backward, at the loss"]


def test_what_reached_the_outputs_is_told_of_first(tmp_path: Path) -> None:
    base = linear_at_the_end()
    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, slope(1)),
        recorded(tmp_path / "raw", twin(base), slope(5, 1.01)),
    )
    assert meaning_of(report, report.origins[0]) == "loss_recorded"
    assert report.origins[0].what == "gradient of output"


def test_losses_that_agree(tmp_path: Path) -> None:
    base = linear_at_the_end()
    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, slope(1)),
        recorded(tmp_path / "raw", twin(base), slope(1)),
    )
    assert report
    [loss] = [unit for unit in report.units if unit.kind == "loss"]
    assert [tensor.name for tensor in loss.produced] == ["gradient of output"]


def test_beside_a_loss_of_derivatives_a_layer_behind_others_is_blamed(tmp_path: Path) -> None:
    base = linear_at_the_end()
    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, slope(1)),
        recorded(tmp_path / "raw", wrong_backward(twin(base), "a"), slope(1)),
    )
    assert places(report) == ["backward at a, call 0"]


def test_an_earlier_backward_pass_that_differs(tmp_path: Path) -> None:
    base = chain(4, 4)
    report = padiff.compare_traces(
        recorded(tmp_path / "base", base, square, square),
        recorded(tmp_path / "raw", twin(base), twice, square),
    )
    assert places(report) == ["backward, at the loss"]
    assert meaning_of(report, report.origins[0]) == "loss_or_backward"


def looped(path: Path, model: Net, loss: Loss, level: Level) -> padiff.Trace:
    """Two calls, the second of what the first returned."""
    x = torch.tensor(values(3, 4), requires_grad=True)
    optimizer = torch.optim.SGD(model.parameters(), 0.0)
    with padiff.record(model, path, level=level, optimizer=optimizer):
        loss(x, model(model(x))).backward()  # type: ignore[no-untyped-call]  # torch's
        optimizer.step()
    return padiff.Trace(path)


@pytest.mark.parametrize("level", LEVELS)
def test_a_gradient_that_came_through_another_call_tells_of_that_call(
    tmp_path: Path, level: Level
) -> None:
    base = chain(4, 4, 4)
    base.run = lambda self, x: self.b(torch.tanh(self.a(x)))
    raw = twin(base)
    raw.run = lambda self, x: self.b(2 * (h := torch.tanh(self.a(x))) - h.detach())
    report = padiff.compare_traces(
        looped(tmp_path / "base", base, square, level), looped(tmp_path / "raw", raw, square, level)
    )
    assert places(report) == ["backward at (root), between b and a, call 1"]
    report = padiff.compare_traces(
        tmp_path / "base", looped(tmp_path / "other", twin(base), twice, level)
    )
    assert places(report) == ["backward, at the loss"]


def test_judged_again_the_loss_is_named_too(tmp_path: Path) -> None:
    base = chain(4, 4)
    traces = (
        recorded(tmp_path / "base", base, square),
        recorded(tmp_path / "raw", twin(base), lambda x, y: 1.01 * square(x, y)),
    )
    loose = padiff.compare_traces(*traces, atol=1.0, detail=True)
    assert loose
    again = loose.judged_with(Tolerances((Rule("*", atol=1e-4),)))
    assert places(again) == ["backward, at the loss"]
    assert meaning_of(again, again.origins[0]) == "loss_recorded"


def test_the_loss_does_not_make_up_for_layers_that_were_left_out(tmp_path: Path) -> None:
    base = chain(4, 4)
    x = torch.tensor(values(3, 4))
    for side in ("base", "raw"):
        with padiff.record(base, tmp_path / side):
            square(x, base(x)).backward()  # type: ignore[no-untyped-call]  # torch's
    report = padiff.compare_traces(tmp_path / "base", tmp_path / "raw", depth=0)
    assert report.unrun == ("backward",)


def test_it_is_all_there_is_where_no_layer_hands_on_a_gradient(tmp_path: Path) -> None:
    scale = torch.ones(1, requires_grad=True)
    model = Net(lambda _, x: torch.tanh(x * scale))
    for side in ("base", "raw"):
        with padiff.record(model, tmp_path / side):
            square(None, model(torch.tensor(values(3, 4)))).backward()  # type: ignore[no-untyped-call]  # torch's
    assert padiff.compare_traces(tmp_path / "base", tmp_path / "raw")
