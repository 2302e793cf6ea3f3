from __future__ import annotations

import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, vocab_size: int, embedded: int, hidden: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedded)
        self.gru = nn.GRU(embedded, hidden, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(2 * hidden, hidden)

    def first_state(self, last: torch.Tensor) -> torch.Tensor:
        """The two directions' last states `(2, batch, hidden)` as one, `(batch, hidden)`."""
        both = torch.cat([last[0], last[1]], dim=-1)
        bridged: torch.Tensor = self.bridge(both)
        return bridged.tanh()

    def forward(self, source_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        memory, last = self.gru(self.embedding(source_ids))
        return memory, self.first_state(last)


class Attention(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(2 * hidden, hidden)
        self.score = nn.Linear(hidden, 1, bias=False)

    def weights(self, state: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
        """A distribution over the source, of shape `(batch, length, 1)`."""
        mixed: torch.Tensor = self.query(state)[:, None] + self.key(memory)
        scores: torch.Tensor = self.score(mixed.tanh())
        return scores.softmax(dim=1)

    def forward(self, state: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
        return (self.weights(state, memory) * memory).sum(dim=1)


class Decoder(nn.Module):
    def __init__(self, vocab_size: int, embedded: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedded)
        self.attention = Attention(hidden)
        self.cell = nn.GRUCell(embedded + 2 * hidden, hidden)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(3 * hidden, vocab_size)

    def step(
        self, token: torch.Tensor, state: torch.Tensor, memory: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """One embedded token `(batch, embedded)` in; its logits and the next state out."""
        context = self.attention(state, memory)
        state = self.cell(torch.cat([token, context], dim=-1), state)
        logits = self.out(self.dropout(torch.cat([state, context], dim=-1)))
        return logits, state

    def forward(
        self, target_ids: torch.Tensor, state: torch.Tensor, memory: torch.Tensor
    ) -> torch.Tensor:
        embedded = self.embedding(target_ids)
        steps = []
        for position in range(target_ids.shape[1]):
            logits, state = self.step(embedded[:, position], state, memory)
            steps.append(logits)
        return torch.stack(steps, dim=1)


class Seq2Seq(nn.Module):
    """Teacher-forced translation: logits of shape `(batch, target length, vocab_size)`."""

    def __init__(
        self, vocab_size: int, embedded: int = 10, hidden: int = 14, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.encoder = Encoder(vocab_size, embedded, hidden)
        self.decoder = Decoder(vocab_size, embedded, hidden, dropout)

    def forward(self, source_ids: torch.Tensor, target_ids: torch.Tensor) -> torch.Tensor:
        memory, state = self.encoder(source_ids)
        logits: torch.Tensor = self.decoder(target_ids, state, memory)
        return logits
