"""Run where paddle and its adapter are installed and no other framework is: weights still travel."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import paddle
from paddle import nn

import padiff
from padiff.adapters import adapter_named
from padiff.errors import AdapterNotInstalledError

for missing in ("torch", "padiff_torch"):
    assert find_spec(missing) is None, f"{missing} is installed"


def network() -> nn.Layer:
    return nn.LayerDict(
        {
            "norm": nn.BatchNorm2D(3),
            "recurrent": nn.LSTM(3, 5, num_layers=2, direction="bidirect"),
            "attention": nn.MultiHeadAttention(6, 2),
        }
    )


base, raw = network(), network()
assert padiff.assign_weight(base, raw)
expected = base.state_dict()
for name, value in raw.state_dict().items():
    assert bool(paddle.equal_all(value, expected[name])), name

try:
    adapter_named("torch")
except AdapterNotInstalledError as error:
    assert "python -m pip install padiff-torch" in str(error), error
else:
    sys.exit("there is an adapter for torch")
assert "torch" not in sys.modules
