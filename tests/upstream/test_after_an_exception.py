"""PaDiff left its hooks on a model that raised, and the bare model failed from then on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff.errors import RunError
from tests.align.nets import Net, twin, values

X = values(2, 4)


def fragile() -> Net:
    def run(self: Any, x: Any) -> Any:
        y = self.fc(x)
        if self.broken:
            raise ZeroDivisionError
        return y

    net = Net(run, fc=torch.nn.Linear(4, 4))
    net.broken = True
    return net


def hooks(model: Net) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


@pytest.mark.parametrize("broken", ["base", "raw"])
def test_the_bare_model_works_afterwards(broken: str) -> None:
    base = fragile()
    raw = twin(base)
    base.broken, raw.broken = broken == "base", broken == "raw"
    with pytest.raises(RunError):
        padiff.auto_diff(base, raw, (X, X))
    assert hooks(base) == hooks(raw) == 0
    base.broken = raw.broken = False
    assert torch.equal(base(torch.tensor(X)), raw(torch.tensor(X)))
    assert padiff.auto_diff(base, raw, (X, X)) is True


def test_also_where_its_proxy_was_called(tmp_path: Path) -> None:
    model = padiff.create_model(fragile())
    with pytest.raises(ZeroDivisionError):
        model(torch.tensor(X))
    assert hooks(model.model) == 0
    model.model.broken = False
    model(torch.tensor(X))
    model.try_dump(tmp_path)
