"""PaDiff never compared buffers, passed parameters of raw alone, and failed on frozen models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff.checker import check_weights
from tests.align.nets import Net, chain, twin, values

X = values(6, 4)


def normed() -> Net:
    torch.manual_seed(0)
    return Net(lambda self, x: self.norm(x), norm=torch.nn.BatchNorm1d(4))


def test_a_running_mean_that_is_off(tmp_path: Path) -> None:
    base = normed()
    raw = twin(base)
    raw.norm.running_mean += 5
    assert padiff.auto_diff(base, raw, (X, X), auto_init=False) is False
    padiff.create_model(base).dump_weights(tmp_path / "base")
    padiff.create_model(raw).dump_weights(tmp_path / "raw")
    assert check_weights(tmp_path / "base", tmp_path / "raw") is False


def test_a_parameter_that_raw_alone_has() -> None:
    base, raw = chain(4, 4), chain(4, 4)
    raw.extra = torch.nn.Parameter(torch.ones(2))
    with pytest.raises(padiff.PadiffError):
        padiff.auto_diff(base, raw, (X, X))


def test_models_that_are_frozen() -> None:
    base, raw = chain(4, 4), chain(4, 4)
    for model in (base, raw):
        model.requires_grad_(False)
    assert padiff.auto_diff(base, raw, (X, X)) is True


@pytest.mark.parametrize("detached", [True, False])
def test_a_branch_that_raw_detaches(detached: bool) -> None:
    def model(cut: bool) -> Net:
        torch.manual_seed(0)

        def run(self: Any, x: Any) -> Any:
            y = self.a(x)
            return self.b(y.detach() if cut else y) + y

        return Net(run, a=torch.nn.Linear(4, 4), b=torch.nn.Linear(4, 4))

    answer = padiff.auto_diff(model(cut=False), model(cut=detached), (X, X))
    assert answer is not detached
