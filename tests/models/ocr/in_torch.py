from __future__ import annotations

import torch
from torch import nn


class CRNN(nn.Module):
    """One flat Sequential of convolutions, an LSTM over the columns, a classifier.

    Images of shape `(batch, 1, 32, width)` become logits `(width // 4 - 1, batch, classes)`.
    """

    def __init__(self, classes: int = 20, dropout: float = 0.0) -> None:
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2, 2),
            nn.Dropout2d(dropout),
            nn.Conv2d(8, 12, 3, padding=1),
            nn.BatchNorm2d(12),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2, 2),
            nn.Dropout2d(dropout),
            nn.Conv2d(12, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(inplace=True),
            nn.Conv2d(16, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(inplace=True),
            nn.MaxPool2d((2, 1), (2, 1)),
            nn.Dropout2d(dropout),
            nn.Conv2d(16, 24, 3, padding=1),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
            nn.Conv2d(24, 24, 3, padding=1),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
            nn.MaxPool2d((2, 1), (2, 1)),
            nn.Dropout2d(dropout),
            nn.Conv2d(24, 24, 2),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
        )
        self.rnn = nn.LSTM(24, 10, num_layers=2, bidirectional=True)
        self.fc = nn.Linear(20, classes)

    def columns(self, images: torch.Tensor) -> torch.Tensor:
        """Features of shape `(columns, batch, channels)`."""
        features: torch.Tensor = self.cnn(images)
        return features.mean(dim=2).permute(2, 0, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        sequence, _ = self.rnn(self.columns(images))
        logits: torch.Tensor = self.fc(sequence)
        return logits
