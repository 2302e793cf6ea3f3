from __future__ import annotations

import paddle
from paddle import nn


def double_conv(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2D(in_channels, out_channels, 3, padding=1, bias_attr=False),
        nn.BatchNorm2D(out_channels),
        nn.ReLU(),
        nn.Conv2D(out_channels, out_channels, 3, padding=1, bias_attr=False),
        nn.BatchNorm2D(out_channels),
        nn.ReLU(),
    )


class Up(nn.Layer):
    """Double the image, put the skipped features beside it, and convolve."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.up = nn.Conv2DTranspose(in_channels, out_channels, 4, stride=2, padding=1)
        self.conv = nn.Conv2D(2 * out_channels, out_channels, 3, padding=1)
        self.norm = nn.GroupNorm(4, out_channels)
        self.act = nn.Silu()

    def join(self, doubled: paddle.Tensor, skipped: paddle.Tensor) -> paddle.Tensor:
        return paddle.concat([skipped, doubled], axis=1)

    def forward(self, images: paddle.Tensor, skipped: paddle.Tensor) -> paddle.Tensor:
        joined = self.join(self.up(images), skipped)
        activated: paddle.Tensor = self.act(self.norm(self.conv(joined)))
        return activated


class UNet(nn.Layer):
    """Images of shape `(batch, 3, height, width)` become masks `(batch, 2, height, width)`."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.down1 = double_conv(3, width)
        self.down2 = double_conv(width, 2 * width)
        self.pool = nn.MaxPool2D(2)
        self.middle = double_conv(2 * width, 4 * width)
        self.up2 = Up(4 * width, 2 * width)
        self.up1 = Up(2 * width, width)
        self.head = nn.Conv2D(width, 2, 1)

    def forward(self, images: paddle.Tensor) -> paddle.Tensor:
        full = self.down1(images)
        half = self.down2(self.pool(full))
        features = self.middle(self.pool(half))
        features = self.up2(features, half)
        features = self.up1(features, full)
        masks: paddle.Tensor = self.head(features)
        return masks
