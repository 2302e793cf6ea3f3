"""The warnings of the two frameworks about layers that do what they should."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

EXPECTED: Final[tuple[tuple[str, type[Warning]], ...]] = (
    ("LSTM with projections is not supported with oneDNN", UserWarning),
    ("Using padding='same' with even kernel lengths", UserWarning),
    ("When training, we now always track global mean and variance", UserWarning),
    ("enable_nested_tensor is True, but self.use_nested_tensor is False", UserWarning),
    ("`torch.nn.utils.weight_norm` is deprecated", FutureWarning),
)


@contextmanager
def expected_warnings() -> Iterator[None]:
    """Ignore these warnings, and no other."""
    with warnings.catch_warnings():
        for message, category in EXPECTED:
            warnings.filterwarnings("ignore", message, category)
        yield
