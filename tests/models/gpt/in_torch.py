from __future__ import annotations

import math

import torch
from torch import nn


class CausalSelfAttention(nn.Module):
    def __init__(self, hidden: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.c_attn = nn.Linear(hidden, 3 * hidden)
        self.c_proj = nn.Linear(hidden, hidden)
        self.attn_dropout = nn.Dropout(dropout)
        self.resid_dropout = nn.Dropout(dropout)

    def split_heads(self, projected: torch.Tensor) -> torch.Tensor:
        """`(batch, length, hidden)` to `(batch, heads, length, hidden // heads)`."""
        batch, length, _ = projected.shape
        return projected.view(batch, length, self.heads, -1).transpose(1, 2)

    def mask(self, length: int) -> torch.Tensor:
        """0 up to the diagonal and minus infinity above it, of shape `(length, length)`."""
        return torch.full((length, length), -math.inf, dtype=self.c_attn.weight.dtype).triu(1)

    def attend(self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        weights = (scores + self.mask(query.shape[-2])).softmax(dim=-1)
        attended: torch.Tensor = self.attn_dropout(weights) @ value
        return attended

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        query, key, value = self.c_attn(hidden).chunk(3, dim=-1)
        attended = self.attend(
            self.split_heads(query), self.split_heads(key), self.split_heads(value)
        )
        projected: torch.Tensor = self.c_proj(attended.transpose(1, 2).flatten(2))
        dropped: torch.Tensor = self.resid_dropout(projected)
        return dropped


class MLP(nn.Module):
    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.c_fc = nn.Linear(hidden, 4 * hidden)
        self.gelu = nn.GELU(approximate="tanh")
        self.c_proj = nn.Linear(4 * hidden, hidden)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        projected: torch.Tensor = self.dropout(self.c_proj(self.gelu(self.c_fc(hidden))))
        return projected


class Block(nn.Module):
    def __init__(self, hidden: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(hidden)
        self.attn = CausalSelfAttention(hidden, heads, dropout)
        self.ln_2 = nn.LayerNorm(hidden)
        self.mlp = MLP(hidden, dropout)

    def attention_step(self, hidden: torch.Tensor) -> torch.Tensor:
        stepped: torch.Tensor = hidden + self.attn(self.ln_1(hidden))
        return stepped

    def mlp_step(self, hidden: torch.Tensor) -> torch.Tensor:
        stepped: torch.Tensor = hidden + self.mlp(self.ln_2(hidden))
        return stepped

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return self.mlp_step(self.attention_step(hidden))


class LMHead(nn.Module):
    """Scores against the rows of an embedding, whose weight it holds as its own."""

    def __init__(self, embedding: nn.Embedding) -> None:
        super().__init__()
        self.weight = embedding.weight

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden @ self.weight.T


class GPT(nn.Module):
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
        self.h = nn.ModuleList(Block(hidden, heads, dropout) for _ in range(layers))
        self.ln_f = nn.LayerNorm(hidden)
        self.lm_head = LMHead(self.wte)

    def embed(self, input_ids: torch.Tensor) -> torch.Tensor:
        positions = torch.arange(input_ids.shape[1])
        embedded: torch.Tensor = self.drop(self.wte(input_ids) + self.wpe(positions))
        return embedded

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        hidden = self.embed(input_ids)
        for block in self.h:
            hidden = block(hidden)
        logits: torch.Tensor = self.lm_head(self.ln_f(hidden))
        return logits
