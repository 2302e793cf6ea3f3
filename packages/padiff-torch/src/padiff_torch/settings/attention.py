"""Attention. A boolean mask is True where nothing may look."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff.hyperparameters import Setting, fixed
from padiff_torch.settings.common import DROPOUT

__all__ = ["CONFIGURATIONS"]

CONFIGURATIONS = {
    "torch.nn.MultiheadAttention": Configuration(
        {
            "num_heads": Setting("num_heads", "num_heads"),
            "dropout": DROPOUT,
            "batch_first": Setting("batch_first", "batch_first"),
            "add_zero_attn": Setting("add_zero_attn", "add_zero_attn"),
            "bool_mask": fixed("masked", "masks out where True"),
        }
    )
}
