"""The loss the backward passes start from."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.compare.metrics import Metrics
from padiff.errors import RunError, UsageError
from tests.align.nets import Net, PaddleNet, chain, twin, values

X = values(3, 4)
PHASES = ("forward", "backward")


def square(output: Any) -> Any:
    return (output * output).sum()


def losses(report: padiff.AlignmentReport) -> tuple[float, float]:
    return report.losses[0]


def test_one_function_serves_both_sides() -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X, loss=square)
    assert report
    expected = square(base(torch.tensor(X))).item()
    assert list(losses(report)) == pytest.approx([expected, expected])


def test_a_pair_of_functions_one_for_each_framework() -> None:
    base, raw = torch.nn.Linear(4, 2), paddle.nn.Linear(4, 2)
    report = padiff.align(
        base,
        raw,
        X,
        init=True,
        loss=(lambda y: torch.sum(torch.exp(y)), lambda y: paddle.sum(paddle.exp(y))),
    )
    assert report
    assert losses(report)[0] == pytest.approx(losses(report)[1])


def test_the_mean_of_all_output_tensors() -> None:
    base = Net(lambda self, x: (self.a(x), self.a(x) * 2), a=torch.nn.Linear(4, 4))
    report = padiff.align(base, twin(base), X, loss="mean")
    expected = sum(output.mean().item() for output in base(torch.tensor(X)))
    assert losses(report)[0] == pytest.approx(expected, abs=1e-6)


def test_without_a_loss_a_softmax_has_gradients() -> None:
    base = Net(lambda self, x: self.a(x).softmax(-1), a=torch.nn.Linear(4, 4))
    report = padiff.align(base, twin(base), X)
    sizes = [
        t.measured.mean_abs_base
        for u in report.units
        for t in u.produced
        if t.name == "gradient of weight" and isinstance(t.measured, Metrics)
    ]
    assert len(sizes) == 1
    assert sizes[0] > 1e-3


def spectra(self: Any, x: Any) -> Any:
    library = torch if isinstance(x, torch.Tensor) else paddle
    return library.fft.rfft(self.b(self.a(x).tanh()))


@pytest.mark.parametrize("loss", [None, "mean"])
def test_complex_outputs_have_gradients(loss: Any) -> None:
    base = Net(spectra, a=torch.nn.Linear(4, 4), b=torch.nn.Linear(4, 4))
    raw = PaddleNet(spectra, a=paddle.nn.Linear(4, 4), b=paddle.nn.Linear(4, 4))
    report = padiff.align(base, raw, X, loss=loss, init=True)
    assert report, report
    compared = {(unit.base_path, unit.phase) for unit in report.units}
    assert compared == {(path, phase) for path in ("", "a", "b") for phase in PHASES}


class Halved(torch.autograd.Function):
    """The imaginary part has half its gradient."""

    @staticmethod
    def forward(_: Any, x: Any) -> Any:
        return x * 1

    @staticmethod
    def backward(_: Any, gradient: Any) -> Any:
        return torch.complex(gradient.real, gradient.imag / 2)


def test_imaginary_parts_count_in_the_loss() -> None:
    base = Net(lambda self, x: self.fc(x).to(torch.complex64) * (1 + 2j), fc=torch.nn.Linear(4, 2))
    raw = twin(base)
    halved: Any = Halved.apply
    raw.run = lambda self, x: halved(self.fc(x).to(torch.complex64) * (1 + 2j))
    (origin,) = padiff.align(base, raw, X).origins
    assert origin.phase == "backward"


def test_the_forward_phase_has_no_loss() -> None:
    base = chain(4, 4)
    called: list[Any] = []
    report = padiff.align(base, twin(base), X, loss=called.append, phase="forward")
    assert (report.losses, called) == ((), [])


def test_a_loss_that_is_none() -> None:
    with pytest.raises(UsageError) as caught:
        padiff.align(chain(4, 4), chain(4, 4), X, loss="sum")
    assert str(caught.value).splitlines() == [
        "loss= is no loss.",
        "  got:      'sum'",
        '  expected: a function of the output, or "mean"',
    ]


def test_a_loss_that_is_no_scalar() -> None:
    with pytest.raises(RunError) as caught:
        padiff.align(chain(4, 4), chain(4, 4), X, loss=lambda y: y)
    assert str(caught.value).splitlines() == [
        "The loss function of base returned no scalar.",
        "  where:    the base model's output",
        "  got:      shape (3, 4)",
        "  expected: a tensor of torch with one element",
    ]


def test_a_loss_that_is_no_tensor() -> None:
    with pytest.raises(RunError) as caught:
        padiff.align(chain(4, 4), chain(4, 4), X, loss=(square, lambda y: square(y).item()))
    assert str(caught.value).splitlines() == [
        "The loss function of raw returned no scalar.",
        "  where:    the raw model's output",
        "  got:      float",
        "  expected: a tensor of torch with one element",
    ]


def test_three_losses() -> None:
    with pytest.raises(UsageError) as caught:
        padiff.align(chain(4, 4), chain(4, 4), X, loss=(square, square, square))
    assert str(caught.value).splitlines() == [
        "loss= takes one for both sides, or a pair.",
        "  got:      3 of them",
        "  expected: (base's, raw's)",
    ]
