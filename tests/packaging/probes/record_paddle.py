"""Run where no framework but paddle is installed: `record_paddle.py DIR` records ports of what torch did.

Weights and inputs come from torch's trace in DIR: one port that is right, and one that trains otherwise.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import paddle
from paddle import nn

import padiff

for missing in ("torch", "padiff_torch"):
    assert find_spec(missing) is None, f"{missing} is installed"

folder = Path(sys.argv[1])
recorded = padiff.Trace(folder / "torch")


class Net(nn.Layer):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2D(2, 4, 3)
        self.norm = nn.BatchNorm2D(4)
        self.memory = nn.LSTM(24, 6, time_major=True)
        self.head = nn.Linear(6, 3)

    def forward(self, images: paddle.Tensor) -> paddle.Tensor:
        features = nn.functional.relu(self.norm(self.conv(images)))
        sequence = features.transpose([2, 0, 1, 3]).flatten(2)
        result: paddle.Tensor = self.head(self.memory(sequence)[0])
        return result


def batch(step: int) -> paddle.Tensor:
    """What torch's model was called with in a step."""
    [call] = [call for call in recorded.steps[step].calls if call.parent < 0]
    return paddle.to_tensor(recorded.tensor(call.inputs["args.0"]))


def train(name: str, momentum: float) -> None:
    """Train from the weights torch began with, and record it."""
    model = Net()
    assert padiff.load_weights(recorded, model)
    optimizer = paddle.optimizer.Momentum(0.05, momentum, model.parameters())
    with padiff.record(model, folder / name, steps=len(recorded.steps), optimizer=optimizer):
        for step in range(len(recorded.steps)):
            optimizer.clear_grad()
            model(batch(step)).square().mean().backward()
            optimizer.step()


live = Net()
padiff.load_weights(recorded, live)
report = padiff.align(recorded, live)
assert report, report

train("paddle", momentum=0.9)
train("paddle_astray", momentum=0.8)
assert "torch" not in sys.modules
