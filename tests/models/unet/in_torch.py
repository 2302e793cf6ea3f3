from __future__ import annotations

import torch
from torch import nn


def double_conv(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
        nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )


class Up(nn.Module):
    """Double the image, put the skipped features beside it, and convolve."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1)
        self.conv = nn.Conv2d(2 * out_channels, out_channels, 3, padding=1)
        self.norm = nn.GroupNorm(4, out_channels)
        self.act = nn.SiLU()

    def join(self, doubled: torch.Tensor, skipped: torch.Tensor) -> torch.Tensor:
        return torch.cat([skipped, doubled], dim=1)

    def forward(self, images: torch.Tensor, skipped: torch.Tensor) -> torch.Tensor:
        joined = self.join(self.up(images), skipped)
        activated: torch.Tensor = self.act(self.norm(self.conv(joined)))
        return activated


class UNet(nn.Module):
    """Images of shape `(batch, 3, height, width)` become masks `(batch, 2, height, width)`."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.down1 = double_conv(3, width)
        self.down2 = double_conv(width, 2 * width)
        self.pool = nn.MaxPool2d(2)
        self.bottleneck = double_conv(2 * width, 4 * width)
        self.up2 = Up(4 * width, 2 * width)
        self.up1 = Up(2 * width, width)
        self.head = nn.Conv2d(width, 2, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        full = self.down1(images)
        half = self.down2(self.pool(full))
        features = self.bottleneck(self.pool(half))
        features = self.up2(features, half)
        features = self.up1(features, full)
        masks: torch.Tensor = self.head(features)
        return masks
