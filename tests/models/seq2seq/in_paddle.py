from __future__ import annotations

import paddle
from paddle import nn


class Encoder(nn.Layer):
    def __init__(self, vocab_size: int, embedded: int, hidden: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedded)
        self.rnn = nn.GRU(embedded, hidden, direction="bidirect")
        self.bridge = nn.Linear(2 * hidden, hidden)

    def first_state(self, last: paddle.Tensor) -> paddle.Tensor:
        """The two directions' last states `(2, batch, hidden)` as one, `(batch, hidden)`."""
        both = paddle.concat([last[0], last[1]], axis=-1)
        bridged: paddle.Tensor = self.bridge(both)
        return bridged.tanh()

    def forward(self, source_ids: paddle.Tensor) -> tuple[paddle.Tensor, paddle.Tensor]:
        memory, last = self.rnn(self.embedding(source_ids))
        return memory, self.first_state(last)


class Attention(nn.Layer):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(2 * hidden, hidden)
        self.score = nn.Linear(hidden, 1, bias_attr=False)

    def weights(self, state: paddle.Tensor, memory: paddle.Tensor) -> paddle.Tensor:
        """A distribution over the source, of shape `(batch, length, 1)`."""
        mixed: paddle.Tensor = self.query(state).unsqueeze(1) + self.key(memory)
        scores: paddle.Tensor = self.score(mixed.tanh())
        return nn.functional.softmax(scores, axis=1)

    def forward(self, state: paddle.Tensor, memory: paddle.Tensor) -> paddle.Tensor:
        return (self.weights(state, memory) * memory).sum(axis=1)


class Decoder(nn.Layer):
    def __init__(self, vocab_size: int, embedded: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedded)
        self.attention = Attention(hidden)
        self.cell = nn.GRUCell(embedded + 2 * hidden, hidden)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(3 * hidden, vocab_size)

    def step(
        self, token: paddle.Tensor, state: paddle.Tensor, memory: paddle.Tensor
    ) -> tuple[paddle.Tensor, paddle.Tensor]:
        """One embedded token `(batch, embedded)` in; its logits and the next state out."""
        context = self.attention(state, memory)
        _, state = self.cell(paddle.concat([token, context], axis=-1), state)
        logits = self.out(self.dropout(paddle.concat([state, context], axis=-1)))
        return logits, state

    def forward(
        self, target_ids: paddle.Tensor, state: paddle.Tensor, memory: paddle.Tensor
    ) -> paddle.Tensor:
        embedded = self.embedding(target_ids)
        steps = []
        for position in range(target_ids.shape[1]):
            logits, state = self.step(embedded[:, position], state, memory)
            steps.append(logits)
        return paddle.stack(steps, axis=1)


class Seq2Seq(nn.Layer):
    """Teacher-forced translation: logits of shape `(batch, target length, vocab_size)`."""

    def __init__(
        self, vocab_size: int, embedded: int = 10, hidden: int = 14, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.encoder = Encoder(vocab_size, embedded, hidden)
        self.decoder = Decoder(vocab_size, embedded, hidden, dropout)

    def forward(self, source_ids: paddle.Tensor, target_ids: paddle.Tensor) -> paddle.Tensor:
        memory, state = self.encoder(source_ids)
        logits: paddle.Tensor = self.decoder(target_ids, state, memory)
        return logits
