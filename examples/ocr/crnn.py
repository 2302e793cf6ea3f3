"""The CRNN of `khmer-ocr-ocm`, written with paddle.nn.

The network computes what `khmer_ocr_ocm.CRNN` computes, in the form a Paddle project would give
it: backbone, neck and head. Its layers are defined in the same order, under other names.
"""

from __future__ import annotations

import paddle
from paddle import nn


class ConvBNReLU(nn.Layer):
    """Convolution, batch normalisation over the channels, ReLU."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int = 3, padding: int = 1
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2D(in_channels, out_channels, kernel_size, padding=padding)
        self.bn = nn.BatchNorm2D(out_channels)
        # torch also counts the training steps. No output depends on the count, but a network that
        # is to go back to torch unchanged has to keep it.
        self.bn.register_buffer("num_batches_tracked", paddle.zeros([], "int64"))
        self.relu = nn.ReLU()

    def forward(self, images: paddle.Tensor) -> paddle.Tensor:
        activated: paddle.Tensor = self.relu(self.bn(self.conv(images)))
        return activated


class CRNN(nn.Layer):
    """Seven convolutions, a two-layer bidirectional LSTM and a classifier over characters.

    Args:
        num_classes: Number of characters, and the CTC blank at index 0.
        dropout: Probability of dropping a channel in the backbone, and a feature between the
            layers of the LSTM.
    """

    def __init__(self, num_classes: int = 984, dropout: float = 0.2) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            ConvBNReLU(1, 64),
            nn.MaxPool2D(2, 2),
            nn.Dropout2D(dropout),
            ConvBNReLU(64, 128),
            nn.MaxPool2D(2, 2),
            nn.Dropout2D(dropout),
            ConvBNReLU(128, 256),
            ConvBNReLU(256, 256),
            nn.MaxPool2D((2, 1), (2, 1)),
            nn.Dropout2D(dropout),
            ConvBNReLU(256, 512),
            ConvBNReLU(512, 512),
            nn.MaxPool2D((2, 1), (2, 1)),
            nn.Dropout2D(dropout),
            ConvBNReLU(512, 512, kernel_size=2, padding=0),
        )
        self.neck = nn.LSTM(
            512, 256, num_layers=2, direction="bidirect", time_major=True, dropout=dropout
        )
        self.head = nn.Linear(2 * 256, num_classes)

    def forward(self, images: paddle.Tensor) -> paddle.Tensor:
        """Score every character at every column.

        Args:
            images: Grey lines of text in `[-1, 1]`, of shape `(batch, 1, height, width)`, float32.

        Returns:
            Logits of shape `(width // 4 - 1, batch, num_classes)`, the time axis first, for CTC.
        """
        features: paddle.Tensor = self.backbone(images)
        columns = features.mean(axis=2).transpose([2, 0, 1])
        sequence, _ = self.neck(columns)
        logits: paddle.Tensor = self.head(sequence)
        return logits
