from __future__ import annotations

import math

import paddle
from paddle import nn


class CausalSelfAttention(nn.Layer):
    def __init__(self, hidden: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.c_attn = nn.Linear(hidden, 3 * hidden)
        self.c_proj = nn.Linear(hidden, hidden)
        self.attn_dropout = nn.Dropout(dropout)
        self.resid_dropout = nn.Dropout(dropout)

    def split_heads(self, projected: paddle.Tensor) -> paddle.Tensor:
        """`(batch, length, hidden)` to `(batch, heads, length, hidden // heads)`."""
        batch, length, _ = projected.shape
        return projected.reshape([batch, length, self.heads, -1]).transpose([0, 2, 1, 3])

    def mask(self, length: int) -> paddle.Tensor:
        """0 up to the diagonal and minus infinity above it, of shape `(length, length)`."""
        return paddle.full([length, length], -math.inf, self.c_attn.weight.dtype).triu(1)

    def attend(
        self, query: paddle.Tensor, key: paddle.Tensor, value: paddle.Tensor
    ) -> paddle.Tensor:
        scores = query @ key.transpose([0, 1, 3, 2]) / math.sqrt(query.shape[-1])
        weights = nn.functional.softmax(scores + self.mask(query.shape[-2]), axis=-1)
        attended: paddle.Tensor = self.attn_dropout(weights) @ value
        return attended

    def forward(self, hidden: paddle.Tensor) -> paddle.Tensor:
        query, key, value = self.c_attn(hidden).chunk(3, axis=-1)
        attended = self.attend(
            self.split_heads(query), self.split_heads(key), self.split_heads(value)
        )
        projected: paddle.Tensor = self.c_proj(attended.transpose([0, 2, 1, 3]).flatten(2))
        dropped: paddle.Tensor = self.resid_dropout(projected)
        return dropped


class MLP(nn.Layer):
    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.fc1 = nn.Linear(hidden, 4 * hidden)
        self.gelu = nn.GELU(approximate=True)
        self.fc2 = nn.Linear(4 * hidden, hidden)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: paddle.Tensor) -> paddle.Tensor:
        projected: paddle.Tensor = self.dropout(self.fc2(self.gelu(self.fc1(hidden))))
        return projected


class Block(nn.Layer):
    def __init__(self, hidden: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(hidden)
        self.attn = CausalSelfAttention(hidden, heads, dropout)
        self.ln_2 = nn.LayerNorm(hidden)
        self.mlp = MLP(hidden, dropout)

    def attention_step(self, hidden: paddle.Tensor) -> paddle.Tensor:
        stepped: paddle.Tensor = hidden + self.attn(self.ln_1(hidden))
        return stepped

    def mlp_step(self, hidden: paddle.Tensor) -> paddle.Tensor:
        stepped: paddle.Tensor = hidden + self.mlp(self.ln_2(hidden))
        return stepped

    def forward(self, hidden: paddle.Tensor) -> paddle.Tensor:
        return self.mlp_step(self.attention_step(hidden))


class LMHead(nn.Layer):
    """Scores against the rows of an embedding, whose weight it holds as its own."""

    def __init__(self, embedding: nn.Embedding) -> None:
        super().__init__()
        self.weight = embedding.weight

    def forward(self, hidden: paddle.Tensor) -> paddle.Tensor:
        scores: paddle.Tensor = hidden @ self.weight.T
        return scores


class GPT(nn.Layer):
    """Token ids of shape `(batch, length)` become logits `(batch, length, vocab_size)`."""

    def __init__(
        self,
        vocab_size: int,
        layers: int = 2,
        hidden: int = 24,
        heads: int = 3,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.wte = nn.Embedding(vocab_size, hidden)
        self.wpe = nn.Embedding(16, hidden)
        self.drop = nn.Dropout(dropout)
        self.h = nn.LayerList([Block(hidden, heads, dropout) for _ in range(layers)])
        self.ln_f = nn.LayerNorm(hidden)
        self.lm_head = LMHead(self.wte)

    def embed(self, input_ids: paddle.Tensor) -> paddle.Tensor:
        positions = paddle.arange(input_ids.shape[1])
        embedded: paddle.Tensor = self.drop(self.wte(input_ids) + self.wpe(positions))
        return embedded

    def forward(self, input_ids: paddle.Tensor) -> paddle.Tensor:
        hidden = self.embed(input_ids)
        for block in self.h:
            hidden = block(hidden)
        logits: paddle.Tensor = self.lm_head(self.ln_f(hidden))
        return logits
