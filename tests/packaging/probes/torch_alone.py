"""Run where torch and its adapter are installed and no other framework is: weights still travel."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import torch
from torch import nn

import padiff
from padiff.adapters import adapter_named
from padiff.errors import AdapterNotInstalledError

for missing in ("paddle", "padiff_paddle"):
    assert find_spec(missing) is None, f"{missing} is installed"


def network() -> nn.Module:
    return nn.ModuleDict(
        {
            "norm": nn.BatchNorm2d(3),
            "recurrent": nn.LSTM(3, 5, num_layers=2, bidirectional=True),
            "attention": nn.MultiheadAttention(6, 2),
        }
    )


base, raw = network(), network()
assert padiff.assign_weight(base, raw)
expected = base.state_dict()
for name, value in raw.state_dict().items():
    assert torch.equal(value, expected[name]), name

try:
    adapter_named("paddle")
except AdapterNotInstalledError as error:
    assert "python -m pip install padiff-paddle" in str(error), error
else:
    sys.exit("there is an adapter for paddle")
assert "paddle" not in sys.modules
