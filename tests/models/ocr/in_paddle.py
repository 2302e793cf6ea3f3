from __future__ import annotations

import paddle
from paddle import nn


class ConvBNReLU(nn.Layer):
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int = 3, padding: int = 1
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2D(in_channels, out_channels, kernel_size, padding=padding)
        self.bn = nn.BatchNorm2D(out_channels)
        self.relu = nn.ReLU()

    def forward(self, images: paddle.Tensor) -> paddle.Tensor:
        activated: paddle.Tensor = self.relu(self.bn(self.conv(images)))
        return activated


class CRNN(nn.Layer):
    """Backbone, neck and head; the shapes are those of the torch network."""

    def __init__(self, classes: int = 20, dropout: float = 0.0) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            ConvBNReLU(1, 8),
            nn.MaxPool2D(2, 2),
            nn.Dropout2D(dropout),
            ConvBNReLU(8, 12),
            nn.MaxPool2D(2, 2),
            nn.Dropout2D(dropout),
            ConvBNReLU(12, 16),
            ConvBNReLU(16, 16),
            nn.MaxPool2D((2, 1), (2, 1)),
            nn.Dropout2D(dropout),
            ConvBNReLU(16, 24),
            ConvBNReLU(24, 24),
            nn.MaxPool2D((2, 1), (2, 1)),
            nn.Dropout2D(dropout),
            ConvBNReLU(24, 24, kernel_size=2, padding=0),
        )
        self.neck = nn.LSTM(24, 10, num_layers=2, direction="bidirect", time_major=True)
        self.head = nn.Linear(20, classes)

    def columns(self, images: paddle.Tensor) -> paddle.Tensor:
        """Features of shape `(columns, batch, channels)`."""
        features: paddle.Tensor = self.backbone(images)
        return features.mean(axis=2).transpose([2, 0, 1])

    def forward(self, images: paddle.Tensor) -> paddle.Tensor:
        sequence, _ = self.neck(self.columns(images))
        logits: paddle.Tensor = self.head(sequence)
        return logits
