from __future__ import annotations

import math

import paddle
from paddle import nn

NORM_EPSILON = 1e-12


class BertEmbeddings(nn.Layer):
    def __init__(self, vocab_size: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(vocab_size, hidden)
        self.position_embeddings = nn.Embedding(32, hidden)
        self.layer_norm = nn.LayerNorm(hidden, epsilon=NORM_EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, input_ids: paddle.Tensor) -> paddle.Tensor:
        positions = paddle.arange(input_ids.shape[1])
        summed = self.word_embeddings(input_ids) + self.position_embeddings(positions)
        embedded: paddle.Tensor = self.dropout(self.layer_norm(summed))
        return embedded


class BertAttention(nn.Layer):
    """Attention with its output projection; the residual is its caller's."""

    def __init__(self, hidden: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.dropout = nn.Dropout(dropout)

    def split_heads(self, projected: paddle.Tensor) -> paddle.Tensor:
        """`(batch, length, hidden)` to `(batch, heads, length, hidden // heads)`."""
        batch, length, _ = projected.shape
        return projected.reshape([batch, length, self.heads, -1]).transpose([0, 2, 1, 3])

    def merge_heads(self, attended: paddle.Tensor) -> paddle.Tensor:
        """`(batch, heads, length, hidden // heads)` to `(batch, length, hidden)`."""
        return attended.transpose([0, 2, 1, 3]).flatten(2)

    def scores(self, hidden: paddle.Tensor, bias: paddle.Tensor) -> paddle.Tensor:
        """Scaled products of shape `(batch, heads, length, length)`; padding far below zero."""
        query = self.split_heads(self.query(hidden))
        key = self.split_heads(self.key(hidden))
        products = query @ key.transpose([0, 1, 3, 2])
        return products / math.sqrt(query.shape[-1]) + bias

    def forward(self, hidden: paddle.Tensor, bias: paddle.Tensor) -> paddle.Tensor:
        weights: paddle.Tensor = self.dropout(
            nn.functional.softmax(self.scores(hidden, bias), axis=-1)
        )
        value = self.split_heads(self.value(hidden))
        return self.merge_heads(weights @ value)


class BertOutput(nn.Layer):
    """A Linear, then the residual, then the norm."""

    def __init__(self, inner: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.dense = nn.Linear(inner, hidden)
        self.layer_norm = nn.LayerNorm(hidden, epsilon=NORM_EPSILON)
        self.dropout = nn.Dropout(dropout)

    def residual(self, inner: paddle.Tensor, hidden: paddle.Tensor) -> paddle.Tensor:
        return inner + hidden

    def forward(self, inner: paddle.Tensor, hidden: paddle.Tensor) -> paddle.Tensor:
        projected = self.dropout(self.dense(inner))
        normalised: paddle.Tensor = self.layer_norm(self.residual(projected, hidden))
        return normalised


class BertIntermediate(nn.Layer):
    def __init__(self, hidden: int, inner: int) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden, inner)
        self.activation = nn.GELU()

    def forward(self, hidden: paddle.Tensor) -> paddle.Tensor:
        activated: paddle.Tensor = self.activation(self.dense(hidden))
        return activated


class BertLayer(nn.Layer):
    def __init__(self, hidden: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.attention = BertAttention(hidden, heads, dropout)
        self.attention_output = BertOutput(hidden, hidden, dropout)
        self.intermediate = BertIntermediate(hidden, inner)
        self.output = BertOutput(inner, hidden, dropout)

    def forward(self, hidden: paddle.Tensor, bias: paddle.Tensor) -> paddle.Tensor:
        attended = self.attention_output(self.attention(hidden, bias), hidden)
        transformed: paddle.Tensor = self.output(self.intermediate(attended), attended)
        return transformed


class BertEncoder(nn.Layer):
    def __init__(self, layers: int, hidden: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.layer = nn.LayerList([BertLayer(hidden, heads, inner, dropout) for _ in range(layers)])

    def forward(self, hidden: paddle.Tensor, bias: paddle.Tensor) -> paddle.Tensor:
        for layer in self.layer:
            hidden = layer(hidden, bias)
        return hidden


class BertModel(nn.Layer):
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

    def mask_bias(self, attention_mask: paddle.Tensor) -> paddle.Tensor:
        """0 where a token is kept and -10000 at padding, of shape `(batch, 1, 1, length)`."""
        kept = attention_mask.astype(self.embeddings.word_embeddings.weight.dtype)
        return (1 - kept).unsqueeze([1, 2]) * -10000

    def forward(self, input_ids: paddle.Tensor, attention_mask: paddle.Tensor) -> paddle.Tensor:
        hidden = self.embeddings(input_ids)
        encoded: paddle.Tensor = self.encoder(hidden, self.mask_bias(attention_mask))
        return encoded
