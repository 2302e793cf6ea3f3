"""PyTorch modules behind the protocols of padiff."""
