"""Run where no framework but torch is installed: `record_torch.py DIR` records the run that is right."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import nn

import padiff

STEPS = 3

for missing in ("paddle", "padiff_paddle"):
    assert find_spec(missing) is None, f"{missing} is installed"


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.memory = nn.LSTM(24, 6)
        self.head = nn.Linear(6, 3)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        features = torch.relu(self.norm(self.conv(images)))
        sequence = features.permute(2, 0, 1, 3).flatten(2)
        result: torch.Tensor = self.head(self.memory(sequence)[0])
        return result


torch.manual_seed(1)
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
with padiff.record(model, Path(sys.argv[1]) / "torch", steps=STEPS, optimizer=optimizer):
    for _ in range(STEPS):
        optimizer.zero_grad()
        model(torch.randn(5, 2, 7, 8)).square().mean().backward()
        optimizer.step()
assert "paddle" not in sys.modules
