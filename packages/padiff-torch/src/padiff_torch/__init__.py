"""The torch adapter of padiff. Importing it does not import torch."""

from padiff_torch.plugin import PLUGIN

__all__ = ["PLUGIN"]
