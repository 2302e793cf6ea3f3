"""A whole framework in NumPy, small enough to read: what the core is tested with, and its adapter.

It keeps its weights in other places and other orders than torch and paddle do, and it has a second
device whose memory can only be reached by copying.
"""

from .layers import BatchNorm, Embedding, Linear, Recurrent, Scale, Sequential, TransposedLinear
from .modules import Handle, Module
from .tensors import Parameter, Tensor, recording, recording_is

__all__ = [
    "BatchNorm",
    "Embedding",
    "Handle",
    "Linear",
    "Module",
    "Parameter",
    "Recurrent",
    "Scale",
    "Sequential",
    "Tensor",
    "TransposedLinear",
    "recording",
    "recording_is",
]
