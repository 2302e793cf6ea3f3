from __future__ import annotations

import math

import torch
from torch import nn

NORM_EPS = 1e-12


class BertEmbeddings(nn.Module):
    def __init__(self, vocab_size: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(vocab_size, hidden)
        self.position_embeddings = nn.Embedding(32, hidden)
        self.LayerNorm = nn.LayerNorm(hidden, eps=NORM_EPS)
        self.dropout = nn.Dropout(dropout)

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        positions = torch.arange(input_ids.shape[1])
        summed = self.word_embeddings(input_ids) + self.position_embeddings(positions)
        embedded: torch.Tensor = self.dropout(self.LayerNorm(summed))
        return embedded


class BertSelfAttention(nn.Module):
    def __init__(self, hidden: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.dropout = nn.Dropout(dropout)

    def split_heads(self, projected: torch.Tensor) -> torch.Tensor:
        """`(batch, length, hidden)` to `(batch, heads, length, hidden // heads)`."""
        batch, length, _ = projected.shape
        return projected.view(batch, length, self.heads, -1).transpose(1, 2)

    def scores(self, hidden: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """Scaled products of shape `(batch, heads, length, length)`; padding far below zero."""
        query = self.split_heads(self.query(hidden))
        key = self.split_heads(self.key(hidden))
        products = query @ key.transpose(-1, -2)
        return products / math.sqrt(query.shape[-1]) + bias

    def forward(self, hidden: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        weights: torch.Tensor = self.dropout(self.scores(hidden, bias).softmax(dim=-1))
        value = self.split_heads(self.value(hidden))
        return (weights @ value).transpose(1, 2).flatten(2)


class BertOutput(nn.Module):
    """A Linear, then the residual, then the norm."""

    def __init__(self, inner: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.dense = nn.Linear(inner, hidden)
        self.LayerNorm = nn.LayerNorm(hidden, eps=NORM_EPS)
        self.dropout = nn.Dropout(dropout)

    def residual(self, inner: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        return inner + hidden

    def forward(self, inner: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        projected = self.dropout(self.dense(inner))
        normalised: torch.Tensor = self.LayerNorm(self.residual(projected, hidden))
        return normalised


class BertAttention(nn.Module):
    def __init__(self, hidden: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.self = BertSelfAttention(hidden, heads, dropout)
        self.output = BertOutput(hidden, hidden, dropout)

    def forward(self, hidden: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        attended: torch.Tensor = self.output(self.self(hidden, bias), hidden)
        return attended


class BertIntermediate(nn.Module):
    def __init__(self, hidden: int, inner: int) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden, inner)
        self.activation = nn.GELU()

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        activated: torch.Tensor = self.activation(self.dense(hidden))
        return activated


class BertLayer(nn.Module):
    def __init__(self, hidden: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.attention = BertAttention(hidden, heads, dropout)
        self.intermediate = BertIntermediate(hidden, inner)
        self.output = BertOutput(inner, hidden, dropout)

    def forward(self, hidden: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        attended = self.attention(hidden, bias)
        transformed: torch.Tensor = self.output(self.intermediate(attended), attended)
        return transformed


class BertEncoder(nn.Module):
    def __init__(self, layers: int, hidden: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.layer = nn.ModuleList(BertLayer(hidden, heads, inner, dropout) for _ in range(layers))

    def forward(self, hidden: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        for layer in self.layer:
            hidden = layer(hidden, bias)
        return hidden


class BertModel(nn.Module):
    """Token ids and mask of shape `(batch, length)` become `(batch, length, hidden)`."""

    def __init__(
        self,
        vocab_size: int,
        layers: int = 2,
        hidden: int = 24,
        heads: int = 3,
        inner: int = 40,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.embeddings = BertEmbeddings(vocab_size, hidden, dropout)
        self.encoder = BertEncoder(layers, hidden, heads, inner, dropout)

    def mask_bias(self, attention_mask: torch.Tensor) -> torch.Tensor:
        """0 where a token is kept and -10000 at padding, of shape `(batch, 1, 1, length)`."""
        kept = attention_mask.to(self.embeddings.word_embeddings.weight.dtype)
        return (1 - kept)[:, None, None, :] * -10000

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.embeddings(input_ids)
        encoded: torch.Tensor = self.encoder(hidden, self.mask_bias(attention_mask))
        return encoded
