"""A BERT encoder written with paddle.nn, its attention a `paddle.nn.MultiHeadAttention`.

It computes what Hugging Face's `BertModel` computes without its pooler. The differences that
matter to a port are said where they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import paddle
from paddle import nn


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """The sizes of an encoder; the defaults are those of all-MiniLM-L6-v2."""

    vocab_size: int = 30522
    max_positions: int = 512
    token_types: int = 2
    hidden_size: int = 384
    num_layers: int = 6
    num_heads: int = 12
    feed_forward_size: int = 1536
    norm_epsilon: float = 1e-12
    dropout: float = 0.1


class Embeddings(nn.Layer):
    """The sum of word, position and token type embeddings, normalised.

    The words take no `padding_idx`: the published row of `[PAD]` is not zero, and a Paddle
    embedding returns zeros for `padding_idx` whatever its row holds, where torch returns the row.
    """

    position_ids: paddle.Tensor
    token_type_ids: paddle.Tensor

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.words = nn.Embedding(config.vocab_size, config.hidden_size)
        self.positions = nn.Embedding(config.max_positions, config.hidden_size)
        self.token_types = nn.Embedding(config.token_types, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, epsilon=config.norm_epsilon)
        self.dropout = nn.Dropout(config.dropout)
        position_ids = paddle.arange(config.max_positions).unsqueeze(0)
        self.register_buffer("position_ids", position_ids, persistable=False)
        self.register_buffer("token_type_ids", paddle.zeros_like(position_ids), persistable=False)

    def forward(self, input_ids: paddle.Tensor) -> paddle.Tensor:
        length = input_ids.shape[1]
        words: paddle.Tensor = self.words(input_ids)
        token_types = self.token_types(self.token_type_ids[:, :length])
        positions = self.positions(self.position_ids[:, :length])
        embedded: paddle.Tensor = self.dropout(self.norm(words + token_types + positions))
        return embedded


class SelfAttention(nn.Layer):
    """Attention, residual and normalisation: what Hugging Face calls `BertAttention`."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.attention = nn.MultiHeadAttention(
            config.hidden_size, config.num_heads, dropout=config.dropout
        )
        self.dropout = nn.Dropout(config.dropout)
        self.norm = nn.LayerNorm(config.hidden_size, epsilon=config.norm_epsilon)

    def forward(self, hidden: paddle.Tensor, kept: paddle.Tensor) -> paddle.Tensor:
        attended: paddle.Tensor = self.attention(hidden, attn_mask=kept)
        normalised: paddle.Tensor = self.norm(hidden + self.dropout(attended))
        return normalised


class FeedForward(nn.Layer):
    """Two Linears with an exact (erf) GELU between them, residual and normalisation."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.expand = nn.Linear(config.hidden_size, config.feed_forward_size)
        self.activation = nn.GELU()
        self.contract = nn.Linear(config.feed_forward_size, config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)
        self.norm = nn.LayerNorm(config.hidden_size, epsilon=config.norm_epsilon)

    def forward(self, hidden: paddle.Tensor) -> paddle.Tensor:
        contracted: paddle.Tensor = self.contract(self.activation(self.expand(hidden)))
        normalised: paddle.Tensor = self.norm(hidden + self.dropout(contracted))
        return normalised


class EncoderBlock(nn.Layer):
    """Self-attention, then feed-forward, each normalised after its residual."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.attention = SelfAttention(config)
        self.feed_forward = FeedForward(config)

    def forward(self, hidden: paddle.Tensor, kept: paddle.Tensor) -> paddle.Tensor:
        transformed: paddle.Tensor = self.feed_forward(self.attention(hidden, kept))
        return transformed


class Encoder(nn.Layer):
    """BERT without a pooler: embeddings and a stack of encoder blocks."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.embeddings = Embeddings(config)
        self.blocks = nn.LayerList([EncoderBlock(config) for _ in range(config.num_layers)])

    def forward(self, input_ids: paddle.Tensor, attention_mask: paddle.Tensor) -> paddle.Tensor:
        """Encode a batch of sentences, all of them of token type 0.

        Args:
            input_ids: Token numbers of shape `(batch, length)`, int64.
            attention_mask: 1 for a token and 0 for padding, of shape `(batch, length)`, int64.

        Returns:
            Hidden states of shape `(batch, length, hidden_size)`, float32.
        """
        # A boolean mask says what is kept in Paddle, and what is masked in torch.nn.
        kept = attention_mask.astype("bool").unsqueeze([1, 2])
        hidden: paddle.Tensor = self.embeddings(input_ids)
        for block in self.blocks:
            hidden = block(hidden, kept)
        return hidden
